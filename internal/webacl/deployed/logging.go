package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/check"
)

// destinations are the types of log destinations, with the properties that name them.
var destinations = map[string]struct{ what, name string }{
	"AWS::Logs::LogGroup":                  {"log group", "LogGroupName"},
	"AWS::S3::Bucket":                      {"bucket", "BucketName"},
	"AWS::KinesisFirehose::DeliveryStream": {"delivery stream", "DeliveryStreamName"},
}

// checkLogging checks the logging of a web ACL, and the names of its destinations in the templates.
func checkLogging(r *cfn.Resource) (found, problems []webacl.Problem) {
	read := reader{r, nil}
	l := webacl.Logging{ResourceArn: read.text("ResourceArn")}
	read.part("RedactedFields", &l.RedactedFields)
	read.part("LoggingFilter", &l.LoggingFilter)
	list := r.Get("LogDestinationConfigs")
	if list.Kind == cfn.List || list.IsMissing() {
		for _, v := range list.Items {
			l.LogDestinationConfigs = append(l.LogDestinationConfigs, shape(v))
			problems = append(problems, checkDestination(v)...)
		}
	} else {
		l.LogDestinationConfigs = []string{text(list)}
	}
	return read.found, append(problems, check.Logging(l, webacl.Regional)...)
}

// shape returns a text with ${} for each part that is known only at deployment.
func shape(v cfn.Value) string {
	switch {
	case v.Kind == cfn.Text:
		return v.Text
	case v.Kind == cfn.Symbol && v.IsJoined():
		var b strings.Builder
		for _, part := range v.Items {
			b.WriteString(shape(part))
		}
		return b.String()
	}
	return "${}"
}

// checkDestination checks the name of a destination that is in the templates.
func checkDestination(v cfn.Value) []webacl.Problem {
	r := destination(v)
	if r == nil {
		return nil
	}
	d := destinations[r.Type]
	name := r.Get(d.name)
	switch {
	case v.Kind == cfn.Reference && v.Text == "":
		return []webacl.Problem{{
			Kind: "log-destination", Where: "LogDestinationConfigs", Summary: "a destination is given by Ref",
			Detail: fmt.Sprintf("Ref of %s returns its name; allowed is its ARN", r), Fix: "use its attribute Arn",
		}}
	case !name.IsMissing():
		beginning, whole := webacl.KnownBeginning(shape(name))
		return check.LogName(d.what, beginning, whole)
	case strings.HasPrefix(r.Stack.Name, webacl.LogPrefix):
		return nil // Names that CloudFormation generates begin with the stack's name.
	}
	return []webacl.Problem{check.GeneratedLogName(d.what)}
}

// destination returns the resource of a log destination, given by reference or in the last part of an ARN; nil if the templates do not have
// it.
func destination(v cfn.Value) *cfn.Resource {
	if v.Kind == cfn.Symbol && v.IsJoined() && len(v.Items) > 0 {
		v = v.Items[len(v.Items)-1]
		if v.Kind == cfn.Reference && v.Text != "" {
			return nil
		}
		if v.Kind == cfn.Reference {
			v.Text = "name"
		}
	}
	if v.Kind != cfn.Reference {
		return nil
	}
	if _, ok := destinations[v.Resource.Type]; !ok {
		return nil
	}
	return v.Resource
}
