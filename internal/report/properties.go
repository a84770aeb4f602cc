package report

import (
	"reflect"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/diag"
)

// Made declares a resource with the properties that its construct set. properties is called when everything is wired. It returns a map by
// the names in CloudFormation, such as the result of Properties.
func Made(name string, resource awscdk.CfnResource, at diag.Position, properties func() map[string]any) {
	Declare(Control{Name: name, Of: resource, Properties: properties, At: at})
}

// Properties converts the props of one of CDK's L1 constructs to properties by their names in CloudFormation. It omits the resource's own
// name, description and tags, because they do not change what the resource does.
func Properties(props any) map[string]any {
	out, _ := plain(reflect.ValueOf(props)).(map[string]any)
	for name := range out {
		if strings.HasSuffix(name, "Name") || name == "Description" || name == "Tags" {
			delete(out, name)
		}
	}
	return out
}

// plain converts a value to maps, lists and scalars. It does not resolve CDK tokens in texts.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			if value := plain(v.Field(i)); value != nil {
				out[cloudFormationName(v.Type().Field(i).Name)] = value
			}
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = plain(v.Index(i))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = plain(v.MapIndex(key))
		}
		return out
	case reflect.Invalid:
		return nil
	}
	return v.Interface()
}

// acronyms are the acronyms that CloudFormation writes in capitals and CDK does not.
var acronyms = strings.NewReplacer("IpSet", "IPSet", "Tls", "TLS", "WebAcl", "WebACL")

// cloudFormationName returns the name in CloudFormation of a property of CDK's L1 constructs.
func cloudFormationName(name string) string { return acronyms.Replace(name) }
