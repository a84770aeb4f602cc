package diag

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The id has no spaces, and its brackets match.
func TestAcknowledgeID(t *testing.T) {
	for subject, want := range map[string]string{
		"":                               "expired",
		"Shop/Network:Web->App:tcp/8080": "expired[Shop/Network:Web->App:tcp/8080]",
		"N:the internet->Web:tcp/443":    "expired[N:the-internet->Web:tcp/443]",
		"N:a\tb\nc\u00a0d":               "expired[N:a-b-c-d]",
		`N:("Ref":"Id")->{x}[0]`:         `expired[N:("Ref":"Id")->{x}[0]]`,
		"N:a]b":                          "expired[N:a-b]",
		"N:([)]":                         "expired[N:----]",
		"N:{a":                           "expired[N:-a]",
	} {
		assert.Equal(t, want, Diagnostic{Rule: "expired", Subject: subject}.AcknowledgeID(), "%q", subject)
	}
}
