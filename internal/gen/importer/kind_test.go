package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// groupOf writes a group that nobody wears, with rules that take a port from other groups.
func groupOf(id string, rules ...string) string {
	var in []string
	for _, rule := range rules {
		from, port, _ := strings.Cut(rule, " ")
		peer := "SourceSecurityGroupId: !Ref " + from
		if strings.Contains(from, "/") {
			peer = "CidrIp: " + from
		}
		in = append(in, fmt.Sprintf("{IpProtocol: tcp, FromPort: %s, ToPort: %s, %s}", port, port, peer))
	}
	return fmt.Sprintf("  %s: {Type: \"AWS::EC2::SecurityGroup\", Properties: {GroupDescription: x, VpcId: !Ref Vpc, "+
		"SecurityGroupIngress: [%s]}}\n", id, strings.Join(in, ", "))
}

// TestKinds imports groups that nobody wears. Their ports say what they are, and their names where ports do not.
func TestKinds(t *testing.T) {
	t.Parallel()
	template := placeNetwork + strings.Join([]string{
		groupOf("PublicLoadBalancer", "0.0.0.0/0 443"),
		groupOf("InternalAlb", "Orders 443"),
		groupOf("Orders", "PublicLoadBalancer 8080"),
		groupOf("Feedback", "Orders 8080"), // "db" within a word is no database.
		groupOf("Events", "Orders 9092"),
		groupOf("Pool", "Orders 5432"),
		groupOf("Ledger", "Pool 5432", "Orders 22"),
		groupOf("KafkaClients"),
		groupOf("Stream", "KafkaClients 9098"),
		groupOf("OpenSearch"),
		groupOf("QueueWorkers"),
		groupOf("Jobs", "QueueWorkers 8443"),
		groupOf("MessageQueue"),
		groupOf("Public5432", "0.0.0.0/0 5432"),
		groupOf("JumpHost", "198.51.100.0/24 22"),
	}, "")
	d, report := imported(t, template, true)
	require.NotNil(t, d, "%v", report.Residual)
	kinds := map[string]string{}
	for _, e := range report.Tiers {
		kinds[e.ID] = e.Kind
	}
	assert.Equal(t, map[string]string{
		"PublicLoadBalancer": "edge", "InternalAlb": "internal edge", "Orders": "app", "Feedback": "app", "Events": "data", "Pool": "data",
		"Ledger": "data", "KafkaClients": "app", "Stream": "data", "OpenSearch": "data", "QueueWorkers": "app", "Jobs": "app",
		"MessageQueue": "data", "Public5432": "app", "JumpHost": "bastion",
	}, kinds)
}

// TestSplitHint imports a group that a balancer, a server and a database wear: the report says which rules each of them needs.
func TestSplitHint(t *testing.T) {
	t.Parallel()
	_, report := imported(t, placeNetwork+groupOf("Shop", "0.0.0.0/0 443", "198.51.100.0/24 22", "Shop 8080", "Shop 3306", "Batch 3306")+
		groupOf("Batch")+`  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Subnets: [!Ref FrontSubnetA, !Ref FrontSubnetB], SecurityGroups: [!Ref Shop]}
  Server: {Type: "AWS::EC2::Instance", Properties: {SubnetId: !Ref FrontSubnetA, SecurityGroupIds: [!Ref Shop]}}
  Database: {Type: "AWS::RDS::DBInstance", Properties: {DBSubnetGroupName: !Ref Subnets, VPCSecurityGroups: [!Ref Shop]}}
  Subnets: {Type: "AWS::RDS::DBSubnetGroup", Properties: {SubnetIds: [!Ref FrontSubnetA, !Ref FrontSubnetB]}}
`, true)
	var hint string
	for _, r := range report.Residual {
		if strings.Contains(r.Text, "several kinds") {
			hint = r.Text
		}
	}
	assert.Contains(t, hint, "Balancer and Server and Database")
	assert.Contains(t, hint, "tcp/443 from 0.0.0.0/0 to Balancer; tcp/22 from 198.51.100.0/24 to Server; tcp/3306 from shop/Batch to Database")
	assert.Contains(t, hint, "what Balancer opens to Server becomes a flow; what Server opens to Database becomes a flow")
}
