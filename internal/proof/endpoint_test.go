package proof_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/uses"
)

// granting is a network in which two tiers use services with their roles.
func granting() arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{Path: "Test/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"}},
		Tiers:   []arch.Tier{{ID: "App", Kind: arch.App}, {ID: "Worker", Kind: arch.App, Block: 6}},
		Grants: []arch.Grant{
			{Tier: "App", Use: "read s3", Needs: uses.Needs("s3.read", uses.Minimal, uses.Target{ARN: "${Test/Bucket.Arn}", Keys: "uploads/*"})},
			{Tier: "App", Use: "pull ecr", Needs: uses.Needs("ecr.pull", uses.Minimal,
				uses.Target{ARN: "arn:aws:ecr:eu-west-1:111122223333:repository/app"})},
			{Tier: "Worker", Use: "send sqs", Needs: uses.Needs("sqs.send", uses.Minimal, uses.Target{ARN: "${Test/Queue.Arn}"})},
			{Tier: "Worker", Use: "consume sqs", Needs: uses.Needs("sqs.consume", uses.Minimal, uses.Target{ARN: "${Test/Other.Arn}"}),
				Roles: []string{"arn:aws:iam::111122223333:role/batch"}},
		},
		Roles: []arch.TierRole{{Tier: "App", ARN: "${Test/Role.Arn}"}, {Tier: "Worker", ARN: "arn:aws:iam::111122223333:role/worker"}},
	}
}

// prove plans an architecture, changes its template, and proves it.
func prove(t require.TestingT, a arch.Architecture, change func(resources object)) *proof.Report {
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	data, declared := plantest.Template(p)
	var template struct{ Resources object }
	require.NoError(t, json.Unmarshal(data, &template))
	change(template.Resources)
	data, err := json.Marshal(template)
	require.NoError(t, err)
	report, err := proof.Prove(read(t, data), declared)
	require.NoError(t, err)
	return report
}

const (
	s3Endpoint  = "Gateways3Resource"
	sqsEndpoint = "EndpointsqsEndpointResource"
	apiEndpoint = "EndpointecrapiEndpointResource"
)

func properties(resources object, id string) object {
	return resources[id].(object)["Properties"].(object)
}

// statement returns the statement of a policy that names an action.
func statement(resources object, id, action string) object {
	for _, s := range properties(resources, id)["PolicyDocument"].(object)["Statement"].([]any) {
		text, _ := json.Marshal(s.(object)["Action"])
		if strings.Contains(string(text), `"`+action+`"`) {
			return s.(object)
		}
	}
	panic("no statement of " + id + " names " + action)
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	report := prove(t, granting(), func(object) {})
	require.Empty(t, report.Diagnostics().String())
	var rows []string
	for _, a := range report.Accesses {
		rows = append(rows, strings.Join([]string{a.Tier, a.Endpoint, a.Use, a.Verdict.String(), strings.Join(a.Actions, " "),
			strings.Join(a.Resources, " ")}, ", "))
	}
	assert.Contains(t, rows, "App, s3, read s3, exact, s3:GetObject, ${Import(\"Test/Bucket.Arn\")}/uploads/*")
	assert.Contains(t, rows, "Worker, sqs, send sqs, exact, sqs:GetQueueUrl sqs:SendMessage, ${Import(\"Test/Queue.Arn\")}")
	assert.Len(t, rows, 8)
}

// TestEndpointMutants makes one change to endpoints or their policies at a time. The proof must report all but the last ones, which make a
// policy stricter or equivalent.
func TestEndpointMutants(t *testing.T) {
	t.Parallel()
	add := func(id string, s object) func(object) {
		return func(r object) {
			p := properties(r, id)["PolicyDocument"].(object)
			p["Statement"] = append(p["Statement"].([]any), s)
		}
	}
	allow := func(action, resource any) object {
		return object{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
	}
	const excess, missing, unknown = "excess", "missing", "unknown"
	for name, test := range map[string]struct {
		change func(r object)
		want   string // how the first finding begins; empty for none
		says   string
	}{
		"no policy": {func(r object) { delete(properties(r, s3Endpoint), "PolicyDocument") }, excess, "every action on every resource"},
		"full access": {func(r object) { properties(r, sqsEndpoint)["PolicyDocument"].(object)["Statement"] = allow("*", "*") }, excess,
			"every action"},
		"one more action": {func(r object) {
			s := statement(r, s3Endpoint, "s3:ListBucket")
			s["Action"] = append(s["Action"].([]any), "s3:DeleteBucket")
		}, excess, "s3:DeleteBucket"},
		"a pattern of actions": {func(r object) { statement(r, s3Endpoint, "s3:ListBucket")["Action"] = "s3:*" }, excess, "s3:"},
		"all actions but one": {func(r object) {
			s := statement(r, sqsEndpoint, "sqs:SendMessage")
			s["NotAction"] = "sqs:DeleteQueue"
			delete(s, "Action")
		}, excess, "*"},
		"another bucket": {add(s3Endpoint, allow("s3:GetObject", "arn:aws:s3:::other/*")), excess, "arn:aws:s3:::other/*"},
		"all buckets":    {add(s3Endpoint, allow("s3:GetObject", "*")), excess, "s3:GetObject on *"},
		"a whole bucket": {add(s3Endpoint, allow("s3:GetObject",
			object{"Fn::Join": []any{"", []any{object{"Fn::ImportValue": "Test/Bucket.Arn"}, "/*"}}})), excess,
			`s3:GetObject on ${Import("Test/Bucket.Arn")}/*`},
		"everybody": {func(r object) { delete(statement(r, sqsEndpoint, "sqs:ReceiveMessage"), "Condition") }, excess, "sqs:ReceiveMessage"},
		"buckets of anybody": {func(r object) {
			delete(statement(r, s3Endpoint, "s3:ListBucket")["Condition"].(object)["StringEquals"].(object), "aws:ResourceAccount")
		}, excess, "s3:ListBucket"},
		"no principal": {func(r object) { delete(statement(r, sqsEndpoint, "sqs:SendMessage"), "Principal") }, missing, "has no principal"},
		"another role": {func(r object) {
			callers := statement(r, sqsEndpoint, "sqs:ReceiveMessage")["Condition"].(object)["ArnEquals"].(object)
			callers["aws:PrincipalArn"] = []any{"arn:aws:iam::111122223333:role/batch", "arn:aws:iam::111122223333:role/x"}
		}, excess, "sqs:"},
		"the other tier's role": {func(r object) {
			callers := statement(r, sqsEndpoint, "sqs:ReceiveMessage")["Condition"].(object)["ArnEquals"].(object)
			callers["aws:PrincipalArn"] = "arn:aws:iam::111122223333:role/worker"
		}, excess, "sqs:"},
		"a statement less": {func(r object) {
			properties(r, sqsEndpoint)["PolicyDocument"].(object)["Statement"] = statement(r, sqsEndpoint, "sqs:SendMessage")
		}, missing, "sqs:ChangeMessageVisibility"},
		"an action less": {func(r object) { statement(r, s3Endpoint, "s3:ListBucket")["Action"] = "s3:GetBucketLocation" }, missing,
			"s3:ListBucket"},
		"no layers": {func(r object) {
			p := properties(r, s3Endpoint)["PolicyDocument"].(object)
			p["Statement"] = p["Statement"].([]any)[:1]
		}, missing, ""},
		"layers with principal": {func(r object) {
			layers(r)["Condition"] = object{"ArnEquals": object{"aws:PrincipalArn": object{"Fn::ImportValue": "Test/Role.Arn"}}}
		}, missing, "starport"},
		"a denial": {add(sqsEndpoint, object{"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}), missing,
			"sqs:SendMessage"},
		"a denial by tags": {add(sqsEndpoint, object{"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*",
			"Condition": object{"StringEquals": object{"aws:PrincipalTag/Team": "x"}}}), unknown, "aws:PrincipalTag/Team"},
		"another account's only": {func(r object) {
			statement(r, sqsEndpoint, "sqs:SendMessage")["Condition"].(object)["StringEquals"] = object{"aws:ResourceAccount": "999999999999"}
		}, unknown, ""},
		"no private DNS": {func(r object) { delete(properties(r, apiEndpoint), "PrivateDnsEnabled") }, missing, "PrivateDnsEnabled"},
		"no endpoint":    {func(r object) { delete(r, apiEndpoint) }, missing, "the VPC has no ecr.api endpoint"},
		"a table less": {func(r object) { p := properties(r, s3Endpoint); p["RouteTableIds"] = p["RouteTableIds"].([]any)[:1] }, missing,
			"tcp/443"},
		"a policy by parameter": {func(r object) { properties(r, sqsEndpoint)["PolicyDocument"] = object{"Fn::ImportValue": "x"} }, unknown,
			"known only at deployment"},
		"somebody's endpoint without a policy": {func(r object) {
			r["Theirs"] = object{"Type": "AWS::EC2::VPCEndpoint",
				"Properties": object{"VpcId": object{"Ref": "VpcResource"}, "ServiceName": "com.amazonaws.eu-west-1.dynamodb",
					"VpcEndpointType": "Gateway"}}
		}, excess, "the service supports endpoint policies"},

		"one more condition": {func(r object) {
			s := statement(r, sqsEndpoint, "sqs:SendMessage")["Condition"].(object)
			s["Bool"] = object{"aws:ViaAWSService": "false"}
		}, "", ""},
		"a statement twice": {func(r object) { add(sqsEndpoint, statement(r, sqsEndpoint, "sqs:SendMessage"))(r) }, "", ""},
		"the order of statements": {func(r object) {
			slices.Reverse(properties(r, sqsEndpoint)["PolicyDocument"].(object)["Statement"].([]any))
		}, "", ""},
		"a denial of others": {add(sqsEndpoint, object{"Effect": "Deny", "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": "*"}), "",
			""},
		"only from the VPC": {func(r object) {
			equals := statement(r, sqsEndpoint, "sqs:SendMessage")["Condition"].(object)["StringEquals"].(object)
			equals["aws:SourceVpc"] = object{"Ref": "VpcResource"}
		}, "", ""},
		"somebody's endpoint with a policy": {func(r object) {
			r["Theirs"] = object{"Type": "AWS::EC2::VPCEndpoint",
				"Properties": object{"VpcId": object{"Ref": "VpcResource"}, "ServiceName": "com.amazonaws.eu-west-1.dynamodb",
					"VpcEndpointType": "Gateway", "PolicyDocument": object{"Statement": allow("dynamodb:GetItem", "*")}}}
		}, "", ""},
		"an endpoint of another VPC": {func(r object) {
			r["Theirs"] = object{"Type": "AWS::EC2::VPCEndpoint",
				"Properties": object{"VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-west-1.dynamodb", "VpcEndpointType": "Gateway"}}
		}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := prove(t, granting(), test.change)
			text := report.Diagnostics().String()
			if test.want == "" {
				assert.Empty(t, text)
				return
			}
			require.NotEmpty(t, report.Findings)
			assert.Contains(t, text, test.says)
			verdicts := map[string]bool{}
			for _, f := range report.Findings {
				verdicts[f.Verdict.String()] = true
			}
			assert.True(t, verdicts[test.want], "%v", slices.Collect(maps.Keys(verdicts)))
		})
	}
}

// layers returns the statement about the bucket with layers of images.
func layers(r object) object {
	for _, s := range properties(r, s3Endpoint)["PolicyDocument"].(object)["Statement"].([]any) {
		if text, _ := json.Marshal(s); strings.Contains(string(text), "starport") {
			return s.(object)
		}
	}
	panic("no layers")
}

// TestEndpointChoices: endpoints that are declared as open, imported or of an organization are compared with that declaration.
func TestEndpointChoices(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(a *arch.Architecture){
		"open":         func(a *arch.Architecture) { a.Network.Endpoints.Policies = arch.OpenPolicies },
		"any role":     func(a *arch.Architecture) { a.Network.Endpoints.AnyRole = true },
		"organisation": func(a *arch.Architecture) { a.Network.Endpoints.Organization = "o-a1b2c3d4e5" },
		"no roles":     func(a *arch.Architecture) { a.Roles = nil },
		"no roles of an organisation": func(a *arch.Architecture) {
			a.Roles, a.Network.Endpoints.Organization = nil, "o-a1b2c3d4e5"
		},
		"accounts": func(a *arch.Architecture) { a.Network.Endpoints.Accounts = []string{"999999999999"} },
		"one zone": func(a *arch.Architecture) {
			a.Network.Endpoints.Zones = map[string][]string{"sqs": {"eu-west-1b", "eu-west-1c"}}
		},
		"imported": func(a *arch.Architecture) {
			a.Network.Endpoints.Imported = []arch.ImportedEndpoint{{Service: "sqs", Group: arch.Operand{Text: "sg-0123456789abcdef0"}}}
		},
	} {
		a := granting()
		change(&a)
		report := prove(t, a, func(object) {})
		assert.Empty(t, report.Diagnostics().String(), name)
	}
}

// TestNamesPastFirewall: the ports that a flow to a name opens also reach the service of the gateway endpoint. No other port and no other
// tier may reach it.
func TestNamesPastFirewall(t *testing.T) {
	t.Parallel()
	a := granting()
	a.Network.Inspection = &arch.Inspection{Paths: arch.EgressPath}
	name := arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: "deb.example.com"}}
	for _, id := range []string{"App", "Worker"} {
		a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, id), To: name, Service: "http"})
	}
	a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, "App"),
		To: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "203.0.113.0/24"}}, Service: "tcp/81"})
	a.Grants = append(a.Grants, arch.Grant{Tier: "Worker", Use: "read dynamodb",
		Needs: uses.Needs("dynamodb.read", uses.Minimal, uses.Target{ARN: "${Test/Table.Arn}"})})
	const unasked = "Test/Network: no DNS firewall in these templates checks queries, so tiers may ask for any name, and data may leave " +
		"inside of queries"
	report := prove(t, a, func(object) {})
	assert.Empty(t, report.Findings, report.Diagnostics())
	assert.Equal(t, []string{
		"Test/Network: App reaches s3 on tcp/80 through its gateway endpoint, because a flow to a name opens these ports to every address; " +
			"the policy of the endpoint limits the calls",
		"Test/Network: Worker reaches dynamodb on tcp/80 through its gateway endpoint, because a flow to a name opens these ports to every " +
			"address; the policy of the endpoint limits the calls",
		unasked,
		"Test/Network: no flow log in the templates records its traffic",
	}, report.Notes)

	leads := func(resources object, endpoint, block string) {
		e := properties(resources, endpoint)
		for id, r := range resources {
			if r.(object)["Type"] == "AWS::EC2::RouteTable" && strings.Contains(id, block) {
				e["RouteTableIds"] = append(e["RouteTableIds"].([]any), object{"Ref": id})
			}
		}
	}
	found := func(report *proof.Report) (out []string) {
		for _, f := range report.Findings {
			out = append(out, f.From+" -> "+f.To+" "+f.Traffic.String())
		}
		return out
	}
	report = prove(t, a, func(resources object) { // The routes of each lead where the other's do.
		leads(resources, s3Endpoint, "Block6")
		leads(resources, "GatewaydynamodbResource", "Block3")
	})
	assert.Subset(t, found(report), []string{"Worker -> pl-6da54004 tcp/80", "App -> pl-6fa54006 tcp/80"})
	assert.NotContains(t, found(report), "App -> pl-6da54004 tcp/80")
	report = prove(t, a, func(resources object) { // App's routes go past the firewall, and to no endpoint.
		delete(resources, s3Endpoint)
		delete(resources, "GatewaydynamodbResource")
		for id := range resources {
			if p := properties(resources, id); strings.HasPrefix(id, "SubnetsBlock3") && p["DestinationCidrBlock"] == "0.0.0.0/0" {
				delete(p, "VpcEndpointId")
				p["NatGatewayId"] = object{"Ref": "NATSlot0Gateway"}
			}
		}
	})
	assert.Contains(t, report.Diagnostics().String(), "pl-6da54004: unknown whether tcp/80 is carried")
	assert.Equal(t, []string{unasked, "Test/Network: no flow log in the templates records its traffic"}, report.Notes)
	report = prove(t, a, func(resources object) { // App's group opens what no flow asks for.
		for _, r := range properties(resources, "AppSecurityGroupResource")["SecurityGroupEgress"].([]any) {
			if r := r.(object); r["CidrIp"] == "0.0.0.0/0" {
				r["ToPort"] = 81
			}
		}
		for id, r := range resources {
			if ports, ok := properties(resources, id)["PortRange"].(object); ok && r.(object)["Type"] == "AWS::EC2::NetworkAclEntry" &&
				ports["To"] == 80. {
				ports["To"] = 81
			}
		}
	})
	require.NotEmpty(t, report.Findings)
	assert.Contains(t, found(report), "App -> 10.0.0.0/16, pl-6da54004 tcp/81")
	assert.NotContains(t, strings.Join(found(report), "\n"), "tcp/80")
}
