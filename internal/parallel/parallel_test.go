package parallel_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/parallel"
	"github.com/tierwall/tierwall/internal/reach"
)

func TestDo(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 1000} {
		calls := make([]int, n)
		parallel.Do(n, func(i int) { calls[i]++ })
		for i, count := range calls {
			assert.Equal(t, 1, count, i)
		}
	}
}

// TestTwoStates: what the command diff does at once shares nothing. The race detector would tell.
func TestTwoStates(t *testing.T) {
	t.Parallel()
	template := []byte(`{"Parameters": {"P": {"Type": "String", "Default": "80"}}, "Resources": {
		"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
		"Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
		"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "g", "SecurityGroupIngress": [
			{"IpProtocol": "tcp", "FromPort": {"Ref": "P"}, "ToPort": {"Ref": "P"}, "CidrIp": "0.0.0.0/0"}]}},
		"Host": {"Type": "AWS::EC2::Instance", "Properties": {"SubnetId": {"Ref": "Subnet"}, "SecurityGroupIds": [{"Ref": "Group"}]}}}}`)
	var sides [2]*reach.Topology
	parallel.Do(2, func(i int) {
		a, err := cfn.Read("t.json", template, nil)
		assert.NoError(t, err)
		sides[i] = reach.Build(a)
	})
	assert.Empty(t, reach.Diff(sides[0], sides[1]))
}

// TestAtOnce: two calls wait for each other, so that neither returns unless both run.
func TestAtOnce(t *testing.T) {
	if before := runtime.GOMAXPROCS(0); before < 2 {
		runtime.GOMAXPROCS(2)
		defer runtime.GOMAXPROCS(before)
	}
	meet := make(chan int)
	parallel.Do(2, func(i int) {
		if i == 0 {
			meet <- 1
		} else {
			assert.Equal(t, 1, <-meet)
		}
	})
}
