package importer

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// ownSymbol is a value of a policy that only a deployment knows, other than a pseudo parameter.
var ownSymbol = lazyregexp.New(`\$\{[^{}]*\}`)

// fileText writes a text of a policy with the words of the file: resources of the templates by symbols of their names.
func (i *importer) fileText(text string) string {
	text = strings.ReplaceAll(text, iam.OwnPartition, "aws")
	return ownSymbol.ReplaceAllStringFunc(text, func(symbol string) string {
		if strings.HasPrefix(symbol, "${AWS::") || i.isFileSymbol(symbol) {
			return symbol
		}
		return "${" + i.symbolName(symbol) + ".Arn}"
	})
}

// isFileSymbol reports whether a symbol is one that [importer.fileText] made.
func (i *importer) isFileSymbol(symbol string) bool {
	for _, name := range i.symbols {
		if symbol == "${"+name+".Arn}" {
			return true
		}
	}
	return false
}

// plainARN matches the ARNs that the file takes.
var plainARN = lazyregexp.New(`^arn:[a-z-]+:[a-z0-9-]+:[^: ,]*:[^: ,]*:[^ ,]+$`)

// literal writes an ARN as the file has it: with its words for the own account and Region. ok is false if it has other symbols.
func literal(text string) (arn string, ok bool) {
	arn = strings.NewReplacer(iam.OwnAccount, "${account}", iam.OwnRegion, "${region}", iam.OwnPartition, "aws").Replace(text)
	return arn, arn == "*" || plainARN.MatchString(arn) && !strings.Contains(strings.NewReplacer("${account}", "", "${region}",
		"").Replace(arn), "${")
}

// symbolName returns the name of the resource that a symbol stands for. Names are made of logical ids and parameters.
func (i *importer) symbolName(symbol string) string {
	if name := i.symbols[symbol]; name != "" {
		return name
	}
	inner, _, _ := strings.Cut(strings.Trim(symbol, "${}"), ",")
	inner = strings.TrimPrefix(inner[strings.LastIndex(inner, "/")+1:], "Parameters.")
	for _, end := range []string{".Arn", ".TopicArn", ".QueueArn", "Arn", "ARN"} {
		inner = strings.TrimSuffix(inner, end)
	}
	name := i.freeName(inner)
	if i.symbols == nil {
		i.symbols = map[string]string{}
	}
	i.symbols[symbol] = name
	return name
}

// freeName makes a name for a resource of a text: letters and digits, a small letter first.
func (i *importer) freeName(text string) string {
	base := noStart.ReplaceAllString(noLetter.ReplaceAllString(hashed.ReplaceAllString(text, ""), ""), "")
	if base == "" {
		base = "resource"
	}
	base = strings.ToLower(base[:1]) + base[1:min(len(base), maxID)]
	name := base
	for n := 2; i.isTaken(name); n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	return name
}

func (i *importer) isTaken(name string) bool {
	for _, other := range i.symbols {
		if strings.EqualFold(other, name) {
			return true
		}
	}
	return slices.ContainsFunc(i.doc.Resources, func(r document.Resource) bool { return strings.EqualFold(r.Name, name) })
}

// resourceTypes are the types of the file by the types of CloudFormation.
var resourceTypes = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"AWS::S3::Bucket": "bucket", "AWS::DynamoDB::Table": "table", "AWS::DynamoDB::GlobalTable": "table", "AWS::SQS::Queue": "queue",
		"AWS::SNS::Topic": "topic", "AWS::SecretsManager::Secret": "secret", "AWS::SSM::Parameter": "parameter", "AWS::KMS::Key": "key",
		"AWS::IAM::Role": "role", "AWS::Logs::LogGroup": "log-group", "AWS::ECR::Repository": "repository", "AWS::Lambda::Function": "function",
		"AWS::Events::EventBus": "event-bus", "AWS::StepFunctions::StateMachine": "state-machine", "AWS::Kinesis::Stream": "stream",
		"AWS::KinesisFirehose::DeliveryStream": "delivery-stream", "AWS::ECS::Cluster": "cluster", "AWS::EKS::Cluster": "cluster",
		"AWS::RDS::DBCluster": "cluster",
	}
})

// resource returns the name of the resource of a type that a text stands for: a symbol of [importer.fileText], or an ARN. ok is false if
// the text is neither, or if the resource is of another type.
func (i *importer) resource(text, kind string) (name string, ok bool) {
	if inner, symbol := strings.CutPrefix(text, "${"); symbol && strings.HasSuffix(inner, ".Arn}") && strings.Count(text, "${") == 1 {
		name = strings.TrimSuffix(inner, ".Arn}")
		if known := i.kindOfSymbol(name); known != "" && known != kind {
			return "", false
		}
		return name, i.addResource(document.Resource{Name: name, Type: kind})
	}
	arn, ok := literal(text)
	if !ok || arn == "*" || strings.ContainsAny(arn, "*?") {
		return "", false
	}
	for _, r := range i.doc.Resources {
		if r.ARN == arn {
			return r.Name, r.Type == kind
		}
	}
	last := arn[strings.LastIndex(arn, "/")+1:]
	if !strings.Contains(arn, "/") {
		last = arn[strings.LastIndex(arn, ":")+1:]
	}
	name = i.freeName(last)
	return name, i.addResource(document.Resource{Name: name, Type: kind, ARN: arn})
}

// addResource adds a resource, unless there is one of its name and type. It returns false if there is one of another type.
func (i *importer) addResource(r document.Resource) bool {
	for _, known := range i.doc.Resources {
		if known.Name == r.Name {
			return known.Type == r.Type
		}
	}
	i.doc.Resources = append(i.doc.Resources, r)
	return true
}

// kindOfSymbol returns the type of the resource in the templates that a name was made for; empty if the templates do not have it.
func (i *importer) kindOfSymbol(name string) string {
	if r := i.symbolResource(name); r != nil {
		return resourceTypes()[r.Type]
	}
	return ""
}

func (i *importer) symbolResource(name string) *cfn.Resource {
	for symbol, other := range i.symbols {
		if other != name {
			continue
		}
		for r := range i.assembly.Resources() {
			if strings.HasPrefix(symbol, "${"+r.String()+".") || symbol == "${"+r.String()+"}" {
				return r
			}
		}
	}
	return nil
}

// roleNames returns the names or ARNs of roles.
func (i *importer) roleNames(roles []string) []string {
	var out []string
	for _, text := range roles {
		if arn, ok := literal(text); ok && arn != "*" {
			out = append(out, arn)
		} else if name, ok := i.resource(i.fileText(text), "role"); ok {
			out = append(out, name)
		}
	}
	return out
}

// holders are the types of resources that lead from a workload to its roles.
var holders = []string{
	"AWS::ECS::TaskDefinition", "AWS::IAM::InstanceProfile", "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration",
}

// rolesOf returns the roles of the workloads of a tier.
func (i *importer) rolesOf(t *tier) []*cfn.Resource {
	var out []*cfn.Resource
	seen := map[*cfn.Resource]bool{}
	var visit func(r *cfn.Resource)
	visit = func(r *cfn.Resource) {
		for _, to := range referred(r) {
			switch {
			case seen[to]:
			case to.Type == "AWS::IAM::Role":
				out = append(out, to)
			case slices.Contains(holders, to.Type):
				seen[to] = true
				visit(to)
			}
		}
	}
	for _, m := range t.members {
		visit(m)
	}
	return out
}

// hasRole reports whether the workloads of a tier have a role: by their definitions, or else by the name of the role, if it is that of one
// tier alone.
func (i *importer) hasRole(t *tier, role string, among []*tier) bool {
	for _, other := range among {
		for _, r := range i.rolesOf(other) {
			if strings.HasPrefix(role, "${"+r.String()+".") {
				return slices.Contains(i.rolesOf(t), r)
			}
		}
	}
	best, length, twice := (*tier)(nil), 0, false
	name := strings.ToLower(role[strings.LastIndexAny(role, "/:")+1:])
	for _, other := range among {
		if id := strings.ToLower(other.id); strings.Contains(name, id) && len(id) >= length {
			twice = len(id) == length
			best, length = other, len(id)
		}
	}
	return best == t && !twice
}
