package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// BenchmarkImport imports templates of many groups, as the command does: reading, comparing, writing. The last one has 6 MB.
func BenchmarkImport(b *testing.B) {
	rules := ingress(900, func(n int) string { return fmt.Sprintf("CidrIp: 198.51.%d.%d/32", n/256, n%256) })
	for _, size := range []struct {
		name, data string
		groups     int
	}{
		{"10groups", chainOfGroups(10, 0), 10}, {"100groups", chainOfGroups(100, 0), 100}, {"400groups", chainOfGroups(400, 0), 400},
		{"1000groups", chainOfGroups(1000, 0), 1000}, {"900rules", publicServer + rules, 1}, {"6MB", chainOfGroups(20, 6<<20), 20},
		{"6MBgroups", chainOfGroups(400, 5<<20), 400},
	} {
		data := []byte(size.data)
		b.Run(size.name, func(b *testing.B) {
			for b.Loop() {
				a, err := cfn.Read("Many.yaml", data, nil)
				require.NoError(b, err)
				d, report := importer.Import(a, importer.Options{Today: today})
				if d == nil {
					require.Greater(b, size.groups, 480, report.Residual) // A network has 500 resources, its groups among them.
					continue
				}
				_, problems := document.Parse(document.FileName, d.Write())
				require.False(b, problems.HasErrors())
			}
		})
	}
}

// chainOfGroups returns a template in JSON with a chain of groups, each worn by an instance, and a metadata section of a size.
func chainOfGroups(groups, filler int) string {
	var b strings.Builder
	resource := func(id, kind, properties string) {
		fmt.Fprintf(&b, "%q: {\"Type\": \"AWS::EC2::%s\", \"Properties\": {%s}},\n", id, kind, properties)
	}
	b.WriteString(`{"Resources": {` + "\n")
	resource("Vpc", "VPC", `"CidrBlock": "10.0.0.0/16"`)
	for n, zone := range []string{"a", "b"} {
		resource("Subnet"+zone, "Subnet",
			fmt.Sprintf(`"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.%d.0/20", "AvailabilityZone": "eu-west-1%s"`, 128+16*n, zone))
	}
	for n := range groups {
		in := ""
		if n > 0 {
			in = fmt.Sprintf(`{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "SourceSecurityGroupId": {"Ref": "Service%d"}}`, n-1)
		}
		resource(fmt.Sprintf("Service%d", n), "SecurityGroup", fmt.Sprintf(
			`"VpcId": {"Ref": "Vpc"}, "GroupDescription": "service %d", "SecurityGroupIngress": [%s], "SecurityGroupEgress": [`+
				`{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "CidrIp": "10.0.0.0/16"}]`, n, in))
		for _, zone := range []string{"a", "b"} {
			resource(fmt.Sprintf("Server%d%s", n, zone), "Instance",
				fmt.Sprintf(`"SubnetId": {"Ref": "Subnet%s"}, "SecurityGroupIds": [{"Ref": "Service%d"}]`, zone, n))
		}
	}
	fmt.Fprintf(&b, "\"Last\": {\"Type\": \"AWS::SNS::Topic\"}}, \"Metadata\": {\"Text\": [")
	line := `"` + strings.Repeat("text ", 200) + `", `
	b.WriteString(strings.Repeat(line, filler/len(line)) + `""]}}`)
	return b.String()
}
