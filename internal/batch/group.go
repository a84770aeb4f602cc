package batch

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Group is the security group of a tier to make. Constructs of CDK may ask it for rules. It makes none, and tells its recorder.
type Group struct {
	Scope         constructs.Construct
	ID            string
	Vpc           awsec2.IVpc
	Description   string
	Tier, Network string // a name of the tier within a network, and one of the network within the app
	Recorder      Recorder
}

// Recorder is told what constructs of CDK ask groups for.
type Recorder interface {
	// Record is called with a request as JSON. It must not panic, because a panic in a callback of CDK ends the process.
	Record(request string)
}

// Request is a rule that a construct of CDK asks a group for.
type Request struct {
	Tier        string // of the group
	Direction   string // Ingress or Egress
	Description string
	Ports       struct {
		IPProtocol       string
		FromPort, ToPort *float64 // CDK encodes tokens as numbers below zero; nil if the protocol has no ports
	}
	Peer Peer
	// Path is the path of the construct of the other end, if it is a group.
	Path string
	// PeerTier and PeerNetwork name the tier of the other end, if it is the group of one.
	PeerTier, PeerNetwork string
	// Problem says why the request could not be read.
	Problem string
}

// Peer is the other end of a request as CDK describes it. One of the fields is set.
type Peer struct{ CidrIP, CidrIPv6, SourcePrefixListID, SourceSecurityGroupID string }

// ReadRequest reads what a recorder is called with.
func ReadRequest(text string) (r Request) {
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		r.Problem = err.Error()
	}
	if r.Problem == "" && r.PeerTier == "" && r.Peer == (Peer{}) {
		r.Problem = "the other end is neither a block nor a group nor a prefix list"
	}
	return r
}

// registerRecorder registers Recorder, so that Node can call one. Node must have loaded the module.
func registerRecorder() {
	runtime.RegisterInterface(name+".IRecorder", reflect.TypeFor[Recorder](),
		[]runtime.Member{runtime.MemberMethod{JsiiMethod: "record", GoMethod: "Record"}},
		func() any { panic("batch: recorders are made in Go") })
}

// MakeGroup makes a group. It returns the group and its id, a token.
func MakeGroup(g Group) (group awsec2.SecurityGroup, id *string) {
	if !load() {
		group = newOverride(g)
		return group, group.SecurityGroupId()
	}
	var answer any
	runtime.StaticInvoke(class, "group", []any{g.Scope, g.ID, g.Vpc, g.Description, g.Tier, g.Network, g.Recorder}, &answer)
	both := answer.([]any)
	return both[0].(awsec2.SecurityGroup), new(both[1].(string))
}

// override is a group whose methods are in Go.
type override struct {
	awsec2.SecurityGroup
	g Group
}

func newOverride(g Group) *override {
	o := &override{g: g}
	awsec2.NewSecurityGroup_Override(o, g.Scope, &g.ID, &awsec2.SecurityGroupProps{
		Vpc: g.Vpc, AllowAllOutbound: new(false), Description: &g.Description,
	})
	return o
}

// AddIngressRule tells the recorder that a construct wants peer to reach the group.
func (o *override) AddIngressRule(peer awsec2.IPeer, port awsec2.Port, description *string, _ *bool) {
	o.record("Ingress", peer, port, description)
}

// AddEgressRule tells the recorder that a construct wants the group to reach peer.
func (o *override) AddEgressRule(peer awsec2.IPeer, port awsec2.Port, description *string, _ *bool) {
	o.record("Egress", peer, port, description)
}

// record tells the recorder, as Group in batch.js does.
func (o *override) record(direction string, peer awsec2.IPeer, port awsec2.Port, description *string) {
	request := map[string]any{"tier": o.g.Tier, "direction": direction, "description": description}
	func() {
		defer func() {
			if r := recover(); r != nil {
				request["problem"] = fmt.Sprint(r)
			}
		}()
		request["ports"], request["peer"] = port.ToRuleJson(), peer.ToIngressRuleConfig()
		if group, ok := peer.(awsec2.ISecurityGroup); ok {
			request["path"] = group.Node().Path()
		}
		if other, ok := peer.(*override); ok {
			request["peerTier"], request["peerNetwork"] = other.g.Tier, other.g.Network
		}
	}()
	text, err := json.Marshal(request)
	if err != nil {
		panic(err) // Answers of CDK are texts and numbers.
	}
	o.g.Recorder.Record(string(text))
}
