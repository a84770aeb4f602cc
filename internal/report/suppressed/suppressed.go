// Package suppressed reads which findings of tierwall an app acknowledges, from the report that CDK writes into a cloud assembly.
package suppressed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/tierwall/tierwall/internal/cfn"
)

// FileName is the name of the report.
const FileName = "validation-report.json"

// Read returns the reasons by the ids of the findings: "unprotected[Shop/Network:the-internet->Front:tcp/443]". It returns nil if the
// assembly has no report, because CDK did not validate it.
func Read(assembly string) (map[string]string, error) {
	data, err := cfn.ReadIn(assembly, FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var report struct {
		PluginReports []struct {
			PluginName           string
			SuppressedViolations []struct{ RuleName, Reason string }
		}
	}
	if err == nil {
		err = json.Unmarshal(data, &report)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", FileName, err)
	}
	out := map[string]string{}
	for _, plugin := range report.PluginReports {
		if plugin.PluginName != "tierwall" {
			continue
		}
		for _, one := range plugin.SuppressedViolations {
			out[one.RuleName] = one.Reason
		}
	}
	return out, nil
}
