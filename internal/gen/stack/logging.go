package stack

import (
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/webacl"
)

// logging adds the choices for the logs of a web ACL.
func (v values) logging(l document.WebACLLogs, to *template.WebACL) {
	to.Log, to.Retention, to.Key = v.log(l.To), int(l.Retention), v.arn(l.Key)
	to.Redacted = redacted(l)
	if len(l.Filters) > 0 {
		to.LogFilter = filter(l)
	}
}

// redacted returns the fields that the logs leave out. It is never nil, which would stand for the defaults.
func redacted(l document.WebACLLogs) []webacl.Field {
	out := []webacl.Field{}
	if l.RedactHeaders == nil {
		out = webacl.SecretHeaders()
	} else {
		for _, name := range *l.RedactHeaders {
			out = append(out, webacl.Field{SingleHeader: &webacl.Named{Name: strings.ToLower(name)}})
		}
	}
	if l.RedactQueryString {
		out = append(out, webacl.Field{QueryString: &webacl.Empty{}})
	}
	if l.RedactPath {
		out = append(out, webacl.Field{UriPath: &webacl.Empty{}})
	}
	return out
}

// filter returns which requests are logged.
func filter(l document.WebACLLogs) *webacl.LoggingFilter {
	behavior := map[bool]string{false: "KEEP", true: "DROP"}
	out := &webacl.LoggingFilter{DefaultBehavior: behavior[l.DropRest]}
	for _, f := range l.Filters {
		one := webacl.LogFilter{Behavior: behavior[f.Drop], Requirement: "MEETS_ANY"}
		if f.All {
			one.Requirement = "MEETS_ALL"
		}
		for _, action := range f.Actions {
			one.Conditions = append(one.Conditions, webacl.LogCondition{ActionCondition: &webacl.ActionCondition{Action: action}})
		}
		for _, label := range f.Labels {
			one.Conditions = append(one.Conditions, webacl.LogCondition{LabelNameCondition: &webacl.LabelNameCondition{LabelName: label}})
		}
		out.Filters = append(out.Filters, one)
	}
	return out
}

// hasOwnLabel reports whether a filter names a label of the web ACL's own rules. Its full name begins with what only a deployment knows.
func hasOwnLabel(l document.WebACLLogs) bool {
	for _, f := range l.Filters {
		for _, label := range f.Labels {
			if !strings.HasPrefix(label, "awswaf:") {
				return true
			}
		}
	}
	return false
}
