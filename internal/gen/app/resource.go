package app

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// resourceType says how the code names resources of a type.
type resourceType struct {
	grantee   string // what package endpoints takes
	construct string // the type of CDK
	imports   string // the function of CDK that imports a resource by its ARN
}

var resourceTypes = sync.OnceValue(func() map[string]resourceType {
	return map[string]resourceType{
		"bucket":          {"endpoints.Bucket", "awss3.IBucket", "awss3.Bucket_FromBucketArn"},
		"table":           {"endpoints.Table", "awsdynamodb.Table", ""},
		"queue":           {"endpoints.Queue", "awssqs.IQueue", ""},
		"topic":           {"endpoints.Topic", "awssns.ITopic", "awssns.Topic_FromTopicArn"},
		"secret":          {"endpoints.SecretValue", "awssecretsmanager.ISecret", "awssecretsmanager.Secret_FromSecretCompleteArn"},
		"parameter":       {"endpoints.ParameterValue", "", ""},
		"key":             {"endpoints.Key", "awskms.IKey", "awskms.Key_FromKeyArn"},
		"role":            {"endpoints.AssumedRole", "awsiam.IRole", "awsiam.Role_FromRoleArn"},
		"log-group":       {"endpoints.LogGroup", "awslogs.ILogGroup", "awslogs.LogGroup_FromLogGroupArn"},
		"repository":      {"endpoints.Repository", "", ""},
		"function":        {"endpoints.Function", "", ""},
		"event-bus":       {"endpoints.EventBus", "", ""},
		"state-machine":   {"endpoints.StateMachine", "", ""},
		"stream":          {"endpoints.Stream", "", ""},
		"delivery-stream": {"endpoints.DeliveryStream", "", ""},
		"model":           {"endpoints.Model", "", ""},
		"cluster":         {"endpoints.Cluster", "", ""},
		"certificate":     {"endpoints.ARN", "", ""},
		"load-balancer":   {"awselasticloadbalancingv2.ApplicationLoadBalancer", "awselasticloadbalancingv2.ApplicationLoadBalancer", ""},
		"trust-store": {"awselasticloadbalancingv2.ITrustStore", "awselasticloadbalancingv2.ITrustStore",
			"awselasticloadbalancingv2.TrustStore_FromTrustStoreArn"},
	}
})

func resourceName(r document.Resource) string { return r.Name }

func isARN(name string) bool { return strings.HasPrefix(name, "arn:") }

// resources decides which resources workloads.go makes. It reports those that exist in some environments only.
func (g *generator) resources() {
	for _, r := range g.doc.Resources {
		if resourceTypes()[r.Type].grantee == "" {
			g.unknown("type of resources", r.Type)
		}
		made := g.fixed(r.At, "whether workloads.go makes the resource "+r.Name, func(d *document.Document) string {
			return strconv.FormatBool(entry(d.Resources, r.Name, resourceName).ARN == "")
		})
		if made != "true" {
			continue
		}
		if r.Type == "model" {
			g.refuse(r.At, "the model "+r.Name+" has no ARN", "models belong to Amazon Bedrock, so workloads.go cannot make one",
				"write "+r.Name+`: {type: model, arn: "arn:aws:bedrock:REGION::foundation-model/ID"}`)
		}
		g.made[r.Name] = g.resourceNames.unique(exported(r.Name), "Resource")
	}
}

// anyMade reports whether workloads.go makes one of some resources.
func (g *generator) anyMade(names ...string) bool {
	for _, n := range names {
		if g.made[n] != "" {
			return true
		}
	}
	return false
}

// arn returns the ARN of a resource in quotes, or the field of Environment that holds it.
func (g *generator) arn(name string) string {
	if isARN(name) {
		return g.ownARN(name, "endpoints.ARN")
	}
	if entry(g.doc.Resources, name, resourceName).Name == "" {
		g.unknown("resource", name)
		return `""`
	}
	return g.value(name, "endpoints.ARN", func(d *document.Document) string {
		r := entry(d.Resources, name, resourceName)
		if export, ok := document.ImportedName(r.ARN); ok {
			return "endpoints.ARN(" + imported(export) + ")"
		}
		return text(g.resolved(d, r.ARN, r.Name, r.At))
	})
}

// ownARN returns the Go expression of an ARN that stands where it is used: the ARN, or the field of Environment that holds it.
func (g *generator) ownARN(arn, typ string) string {
	if !strings.Contains(arn, "${") {
		return idText(arn)
	}
	return g.value(arnName(arn)+"ARN", typ, func(d *document.Document) string { return g.idIn(d, arn) })
}

// arnName returns a word for an ARN: the last part of it, or its service if that part is no word.
func arnName(arn string) string {
	if last := arn[strings.LastIndexAny(arn, ":/")+1:]; arnWord.MatchString(last) {
		return last
	}
	return strings.Split(arn+":::", ":")[2]
}

var arnWord = lazyregexp.New(`^[A-Za-z][A-Za-z0-9_-]{2,39}$`)

// idIn is idText for an id that may hold ${account} and ${region}, in one environment.
func (g *generator) idIn(d *document.Document, id string) string {
	return idText(g.resolved(d, id, id, diag.Position{File: g.options.Source}))
}

// idsIn is idTexts for ids that may hold ${account} and ${region}, in one environment.
func (g *generator) idsIn(d *document.Document, ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	var out []string
	for _, id := range ids {
		out = append(out, g.idIn(d, id))
	}
	return slice("string", out)
}

// resolved replaces ${account} and ${region} in an ARN by those of one environment.
func (g *generator) resolved(d *document.Document, arn, name string, at diag.Position) string {
	var in document.Environment
	for _, e := range g.doc.Environments {
		if e.Document == d {
			in = e
		}
	}
	for _, v := range []struct{ word, value string }{{"account", in.Account}, {"region", in.PlaceRegion()}} {
		if v.value == "" && strings.Contains(arn, "${"+v.word+"}") {
			g.refuse(at, "the ARN of "+name+" has ${"+v.word+"}, and the environment "+in.Name+" has no "+v.word,
				"the word stands for what the environment says", "add "+v.word+" to the environment "+in.Name)
		}
	}
	return strings.NewReplacer("${account}", in.Account, "${region}", in.PlaceRegion()).Replace(arn)
}

// grantee returns a resource as package endpoints takes it.
func (g *generator) grantee(name string) string {
	if field := g.made[name]; field != "" {
		return "r." + field
	}
	arn := g.arn(name)
	if strings.HasPrefix(arn, `"`) {
		return "endpoints.ARN(" + arn + ")"
	}
	return arn
}

// arnText returns the ARN of a resource as a string.
func (g *generator) arnText(name string) string {
	if field := g.made[name]; field != "" {
		return "string(r." + field + ")"
	}
	arn := g.arn(name)
	if strings.HasPrefix(arn, `"`) {
		return arn
	}
	return "string(" + arn + ")"
}

// construct returns a resource as a construct of CDK. The current function imports one that exists.
func (g *generator) construct(name, typ string) string {
	if field := g.made[name]; field != "" {
		g.constructs[name] = true
		return "r." + field
	}
	f := g.current
	if v, ok := f.imported[name]; ok {
		return v
	}
	base := name
	if isARN(name) {
		base = typ + "-" + name[strings.LastIndexAny(name, ":/")+1:]
	}
	variable := f.names.unique(local(base, "Resource"), "Resource")
	args := []string{"imported", "new(" + strconv.Quote(exported(variable)) + ")", "new(" + g.arnText(name) + ")"}
	if typ == "role" {
		args = append(args, "&awsiam.FromRoleArnOptions{Mutable: new(false)}")
	}
	f.locals = append(f.locals, variable+" := "+call(resourceTypes()[typ].imports, args...)+"\n")
	f.imported[name] = variable
	return variable
}

// resourcesCode returns the type Resources.
func (g *generator) resourcesCode() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// Resources are those that %s names and workloads.go makes.\ntype Resources struct {", g.options.Source)
	for _, r := range g.doc.Resources {
		field := g.made[r.Name]
		if field == "" {
			continue
		}
		typ := resourceTypes()[r.Type].grantee
		if c := resourceTypes()[r.Type].construct; g.constructs[r.Name] && c != "" {
			typ = c
		}
		b.WriteString("\n" + field + " " + typ)
	}
	if b.String()[b.Len()-1] != '{' {
		b.WriteByte('\n')
	}
	return b.String() + "}\n"
}

// required returns statements that stop at a resource that workloads.go left out, where nothing else reports it.
func (g *generator) required() string {
	var b strings.Builder
	for _, r := range g.doc.Resources {
		if g.made[r.Name] == "" || !g.constructs[r.Name] || r.Type == "role" {
			continue
		}
		message := fmt.Sprintf("%s:%d: workloads.go leaves out the resource %s", g.options.Source, r.At.Line, r.Name)
		fmt.Fprintf(&b, "if r.%s == nil {\npanic(%q)\n}\n", g.made[r.Name], message)
	}
	return b.String()
}
