package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/suricata"
)

// world is DynamoDB, AWS WAF, EC2, Network Firewall and EventBridge in memory, as far as the function uses them. It has the limits of AWS,
// and breaks rule: a call that the function must never make.
type world struct {
	sync.Mutex
	t       testing.TB
	now     time.Time
	table   map[string]dynamoItem
	sets    map[string]*waftypes.IPSet
	tokens  map[string]int // of IP sets
	lastSet time.Time
	lists   map[string]*list
	faces   map[string]*ec2types.NetworkInterface
	names   nameGroup
	// original are the groups that interfaces had at first.
	original  map[string][]string
	flushed   []string // zone and address
	decisions map[string]int
	calls     map[string]int
	// fail returns an error for a call, by the name of its operation, how often it was called, and its body.
	fail func(operation string, n int, body string) *apiError
	// throttled counts the calls above AWS WAF's limit, and early the changes of a prefix list while another one is carried out.
	throttled, early int
	entered          map[string]time.Time // when an entry came into a prefix list
	// slow is how long a change of a prefix list takes.
	slow time.Duration
}

type dynamoItem = map[string]map[string]string

// list is a prefix list.
type list struct {
	ec2types.ManagedPrefixList
	entries map[string]bool
	next    map[string]bool // while a change is in progress
	until   time.Time
}

// nameGroup is a rule group with a list of domain names.
type nameGroup struct {
	targets []string
	token   int
	busy    time.Time // until when AWS refuses another change
}

type apiError struct{ code, message string }

var start = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

const (
	quarantine = "sg-0quarantine"
	eni1, eni2 = "eni-1", "eni-2"
)

func newWorld(t testing.TB) *world {
	w := &world{
		t: t, now: start, table: map[string]dynamoItem{}, tokens: map[string]int{}, decisions: map[string]int{},
		entered: map[string]time.Time{}, calls: map[string]int{}, slow: time.Second,
		sets: map[string]*waftypes.IPSet{
			"v4": {Name: aws.String("v4"), IPAddressVersion: waftypes.IPAddressVersionIpv4}, "v6": {Name: aws.String("v6"),
				IPAddressVersion: waftypes.IPAddressVersionIpv6},
		},
		lists: map[string]*list{}, faces: map[string]*ec2types.NetworkInterface{}, original: map[string][]string{},
	}
	w.names.targets = []string{response.PlaceholderName}
	w.lists["pl-4"] = &list{ManagedPrefixList: ec2types.ManagedPrefixList{Version: aws.Int64(1), MaxEntries: aws.Int32(1000),
		State: ec2types.PrefixListStateCreateComplete}, entries: map[string]bool{}}
	for id, groups := range map[string][]string{eni1: {"sg-a", "sg-b"}, eni2: {"sg-a"}} {
		w.faces[id] = &ec2types.NetworkInterface{NetworkInterfaceId: aws.String(id), VpcId: aws.String(vpcID)}
		w.setGroups(id, groups)
		w.original[id] = groups
	}
	return w
}

const vpcID = "vpc-0123456789abcdef0"

func (w *world) setGroups(id string, groups []string) {
	w.faces[id].Groups = nil
	for _, g := range groups {
		w.faces[id].Groups = append(w.faces[id].Groups, ec2types.GroupIdentifier{GroupId: aws.String(g)})
	}
}

func (w *world) groups(id string) []string {
	var out []string
	for _, g := range w.faces[id].Groups {
		out = append(out, *g.GroupId)
	}
	return out
}

func (w *world) serve(t testing.TB) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Lock()
		defer w.Unlock()
		if target := r.Header.Get("X-Amz-Target"); target != "" {
			_, operation, _ := strings.Cut(target, ".")
			out, err := w.answer(operation, string(body), func() (any, *apiError) { return w.json(operation, body) })
			rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
			if err != nil {
				rw.WriteHeader(http.StatusBadRequest)
				out = map[string]string{"__type": err.code, "message": err.message}
			}
			_ = json.NewEncoder(rw).Encode(out)
			return
		}
		form, _ := url.ParseQuery(string(body))
		operation := form.Get("Action")
		out, err := w.answer(operation, string(body), func() (any, *apiError) { return w.query(operation, form) })
		if err != nil {
			rw.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(rw, "<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors>"+
				"<RequestID>r</RequestID></Response>", err.code, err.message)
			return
		}
		_, _ = fmt.Fprintf(rw, "<%sResponse>%s</%sResponse>", operation, out, operation)
	}))
	t.Cleanup(s.Close)
	return s
}

func (w *world) answer(operation, body string, do func() (any, *apiError)) (any, *apiError) {
	w.calls[operation]++
	if w.fail != nil {
		if err := w.fail(operation, w.calls[operation], body); err != nil {
			return nil, err
		}
	}
	return do()
}

func (w *world) json(operation string, body []byte) (any, *apiError) {
	read := func(into any) {
		if err := json.Unmarshal(body, into); err != nil {
			w.t.Errorf("%s: %v", operation, err)
		}
	}
	switch operation {
	case "GetItem", "PutItem", "Scan":
		var in struct {
			Key, Item                 dynamoItem
			ConsistentRead            bool
			ConditionExpression       string
			ExpressionAttributeValues dynamoItem
			ExclusiveStartKey         dynamoItem
		}
		read(&in)
		return w.dynamo(operation, in.Key, in.Item, in.ConditionExpression, in.ExpressionAttributeValues, in.ExclusiveStartKey)
	case "GetIPSet":
		var in wafv2.GetIPSetInput
		read(&in)
		s := w.sets[*in.Name]
		return map[string]any{"LockToken": fmt.Sprint("token", w.tokens[*in.Name]), "IPSet": map[string]any{
			"Name": *s.Name, "Id": "1", "ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/x/1",
			"IPAddressVersion": s.IPAddressVersion, "Addresses": slices.Clone(s.Addresses)}}, nil
	case "UpdateIPSet":
		var in wafv2.UpdateIPSetInput
		read(&in)
		return w.updateIPSet(in)
	case "DescribeRuleGroup":
		var in networkfirewall.DescribeRuleGroupInput
		read(&in)
		return w.describeNames(*in.RuleGroupArn), nil
	case "UpdateRuleGroup":
		var in networkfirewall.UpdateRuleGroupInput
		read(&in)
		return w.updateNames(in)
	case "StartFlowFlush":
		var in networkfirewall.StartFlowFlushInput
		read(&in)
		if len(in.FlowFilters) > 20 || in.AvailabilityZone == nil {
			w.t.Errorf("a flush with %d filters", len(in.FlowFilters))
		}
		for _, f := range in.FlowFilters {
			if f.SourceAddress != nil {
				if at, ok := w.entered[*f.SourceAddress.AddressDefinition]; ok && w.now.Sub(at) < 30*time.Second {
					w.t.Errorf("%s is flushed before the firewall knows that it is blocked", *f.SourceAddress.AddressDefinition)
				}
				w.flushed = append(w.flushed, *in.AvailabilityZone+" "+*f.SourceAddress.AddressDefinition)
			}
		}
		return map[string]string{"FlowOperationId": "1"}, nil
	case "PutEvents":
		var in eventbridge.PutEventsInput
		read(&in)
		if len(in.Entries) == 0 || len(in.Entries) > 10 {
			w.t.Errorf("%d events in a call", len(in.Entries))
		}
		for _, e := range in.Entries {
			var d struct{ ID string }
			if err := json.Unmarshal([]byte(*e.Detail), &d); err != nil {
				w.t.Error(err)
			}
			w.decisions[d.ID]++
		}
		return map[string]any{"FailedEntryCount": 0, "Entries": []any{}}, nil
	}
	w.t.Errorf("unexpected %s", operation)
	return nil, &apiError{"UnknownOperation", operation}
}

func (w *world) dynamo(operation string, key, item dynamoItem, condition string, values, from dynamoItem) (any, *apiError) {
	switch operation {
	case "GetItem":
		if found, ok := w.table[key["Key"]["S"]]; ok {
			return map[string]any{"Item": found}, nil
		}
		return map[string]any{}, nil
	case "Scan": // in pages
		out, keys := map[string]any{}, slices.Sorted(maps.Keys(w.table))
		var items []dynamoItem
		for _, k := range keys {
			if k <= from["Key"]["S"] && from != nil {
				continue
			}
			items = append(items, w.table[k])
			if len(items) == 700 {
				out["LastEvaluatedKey"] = dynamoItem{"Key": {"S": k}}
				break
			}
		}
		out["Items"] = items
		return out, nil
	}
	id := item["Key"]["S"]
	old, exists := w.table[id]
	ok := !exists
	if condition == "Version = :v" {
		ok = exists && old["Version"]["N"] == values[":v"]["N"]
	} else if condition != "attribute_not_exists(#k)" {
		w.t.Errorf("PutItem without a condition: %q", condition)
	}
	if !ok {
		return nil, &apiError{"ConditionalCheckFailedException", "The conditional request failed"}
	}
	if text, _ := json.Marshal(item); len(text) > 400_000 {
		return nil, &apiError{"ValidationException", "Item size has exceeded the maximum allowed size"}
	}
	w.table[id] = item
	return map[string]any{}, nil
}

// protected are addresses that no set may ever hold.
var protected = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("8.8.0.0/16"),
	netip.MustParsePrefix("13.32.0.0/15")}

func (w *world) updateIPSet(in wafv2.UpdateIPSetInput) (any, *apiError) {
	if w.now.Sub(w.lastSet) < time.Second {
		w.throttled++
		return nil, &apiError{"ThrottlingException", "Rate exceeded"}
	}
	w.lastSet = w.now
	if in.Description != nil {
		w.t.Error("the set gets a description")
	}
	if *in.LockToken != fmt.Sprint("token", w.tokens[*in.Name]) {
		return nil, &apiError{"WAFOptimisticLockException", "stale"}
	}
	if len(in.Addresses) > 10_000 || in.Addresses == nil {
		return nil, &apiError{"WAFInvalidParameterException", "too many addresses"}
	}
	v6 := w.sets[*in.Name].IPAddressVersion == waftypes.IPAddressVersionIpv6
	for _, a := range in.Addresses {
		w.checkBlock(a)
		if p := netip.MustParsePrefix(a); p.Addr().Is6() != v6 || p.Bits() == 0 {
			return nil, &apiError{"WAFInvalidParameterException", a}
		}
	}
	w.tokens[*in.Name]++
	w.sets[*in.Name].Addresses = in.Addresses
	return map[string]string{"NextLockToken": fmt.Sprint("token", w.tokens[*in.Name])}, nil
}

// describeNames answers as AWS does: the order of the names is not that of the change.
func (w *world) describeNames(arn string) any {
	targets := slices.Clone(w.names.targets)
	slices.Reverse(targets)
	return map[string]any{
		"UpdateToken":       fmt.Sprint("token", w.names.token),
		"RuleGroupResponse": map[string]any{"RuleGroupArn": arn, "RuleGroupId": "1", "RuleGroupName": "names", "Capacity": response.NameCapacity},
		"RuleGroup": map[string]any{
			"RulesSource": map[string]any{"RulesSourceList": map[string]any{
				"GeneratedRulesType": "DENYLIST", "TargetTypes": []string{"HTTP_HOST", "TLS_SNI"}, "Targets": targets,
			}},
			"StatefulRuleOptions": map[string]any{"RuleOrder": "STRICT_ORDER"},
		},
	}
}

// updateNames takes what AWS takes: a list that fits, with the token of the last change, and only if nothing else of the group changes.
func (w *world) updateNames(in networkfirewall.UpdateRuleGroupInput) (any, *apiError) {
	switch {
	case *in.UpdateToken != fmt.Sprint("token", w.names.token):
		return nil, &apiError{"InvalidTokenException", "stale"}
	case w.now.Before(w.names.busy):
		return nil, &apiError{"InvalidOperationException", "an update is in progress"}
	}
	l := in.RuleGroup.RulesSource.RulesSourceList
	d := suricata.DomainList{Targets: l.Targets, HTTP: true, TLS: true, Action: "DENYLIST"}
	if len(l.Targets) == 0 || d.Capacity() > response.NameCapacity {
		return nil, &apiError{"InvalidRequestException", fmt.Sprintf("%d targets", len(l.Targets))}
	}
	if l.GeneratedRulesType != "DENYLIST" || len(l.TargetTypes) != 2 || in.RuleGroup.StatefulRuleOptions.RuleOrder != "STRICT_ORDER" ||
		in.Description != nil {
		w.t.Errorf("the rule group changes: %+v", in)
	}
	for i, name := range l.Targets {
		if err := suricata.CheckDomain(name); err != nil {
			return nil, &apiError{"InvalidRequestException", err.Error()}
		}
		if slices.Contains(l.Targets[:i], name) || strings.HasSuffix(name, "amazonaws.com") || strings.HasSuffix("api.example.com", name) {
			w.t.Errorf("%s is blocked", name)
		}
	}
	w.names.targets = l.Targets
	w.names.token++
	return w.describeNames(*in.RuleGroupArn), nil
}

func (w *world) checkBlock(text string) {
	for _, own := range protected {
		if netip.MustParsePrefix(text).Overlaps(own) {
			w.t.Errorf("%s is blocked", text)
		}
	}
}

func (w *world) query(operation string, form url.Values) (any, *apiError) {
	all := func(name, field string) []string {
		var out []string
		for i := 1; form.Has(fmt.Sprintf("%s.%d%s", name, i, field)); i++ {
			out = append(out, form.Get(fmt.Sprintf("%s.%d%s", name, i, field)))
		}
		return out
	}
	switch operation {
	case "DescribeManagedPrefixLists":
		id := form.Get("PrefixListId.1")
		l := w.lists[id]
		if l.next != nil && !w.now.Before(l.until) {
			l.entries, l.next, l.State = l.next, nil, ec2types.PrefixListStateModifyComplete
			*l.Version++
		}
		return fmt.Sprintf("<prefixListSet><item><prefixListId>%s</prefixListId><state>%s</state>"+
			"<version>%d</version><maxEntries>%d</maxEntries></item></prefixListSet>",
			id, l.State, *l.Version, *l.MaxEntries), nil
	case "GetManagedPrefixListEntries":
		var b strings.Builder
		for _, e := range slices.Sorted(maps.Keys(w.lists[form.Get("PrefixListId")].entries)) {
			fmt.Fprintf(&b, "<item><cidr>%s</cidr></item>", e)
		}
		return "<entrySet>" + b.String() + "</entrySet>", nil
	case "ModifyManagedPrefixList":
		return w.modifyList(form, all("AddEntry", ".Cidr"), all("RemoveEntry", ".Cidr"))
	case "DescribeNetworkInterfaces":
		if form.Get("Filter.1.Name") != "attachment.instance-id" || form.Get("Filter.1.Value.1") != instanceID {
			w.t.Errorf("interfaces of %s", form.Get("Filter.1.Value.1"))
		}
		var b strings.Builder
		for _, id := range slices.Sorted(maps.Keys(w.faces)) {
			fmt.Fprintf(&b, "<item><networkInterfaceId>%s</networkInterfaceId><vpcId>%s</vpcId><groupSet>", id, vpcID)
			for _, g := range w.groups(id) {
				fmt.Fprintf(&b, "<item><groupId>%s</groupId></item>", g)
			}
			b.WriteString("</groupSet></item>")
		}
		return "<networkInterfaceSet>" + b.String() + "</networkInterfaceSet>", nil
	case "ModifyNetworkInterfaceAttribute":
		id, groups := form.Get("NetworkInterfaceId"), all("SecurityGroupId", "")
		if w.faces[id] == nil {
			return nil, &apiError{"InvalidNetworkInterfaceID.NotFound", id}
		}
		if body := w.table["isolate#"+instanceID]["Body"]["S"]; slices.Equal(groups, []string{quarantine}) && !w.knows(body, id) {
			w.t.Errorf("%s is isolated, but its groups are not in the table: %s", id, body)
		}
		w.setGroups(id, groups)
		return "<return>true</return>", nil
	}
	w.t.Errorf("unexpected %s", operation)
	return nil, &apiError{"InvalidAction", operation}
}

// knows reports whether a record has the original groups of an interface.
func (w *world) knows(body, id string) bool {
	var r struct {
		Interfaces []struct {
			ID     string
			Groups []string
		}
	}
	_ = json.Unmarshal([]byte(body), &r)
	for _, i := range r.Interfaces {
		if i.ID == id {
			return slices.Equal(i.Groups, w.original[id])
		}
	}
	return false
}

func (w *world) modifyList(form url.Values, add, remove []string) (any, *apiError) {
	l := w.lists[form.Get("PrefixListId")]
	version, _ := strconv.ParseInt(form.Get("CurrentVersion"), 10, 64)
	switch {
	case l.next != nil:
		w.early++
		return nil, &apiError{"IncorrectState", "modify-in-progress"}
	case version != *l.Version:
		return nil, &apiError{"PrefixListVersionMismatch", "stale"}
	case len(add) > 100 || len(remove) > 100:
		return nil, &apiError{"InvalidParameterValue", "too many entries"}
	}
	next := maps.Clone(l.entries)
	for _, e := range remove {
		if !next[e] {
			return nil, &apiError{"InvalidParameterValue", "no entry " + e}
		}
		delete(next, e)
	}
	for _, e := range add {
		w.checkBlock(e)
		next[e] = true
		if !slices.ContainsFunc(slices.Collect(maps.Keys(l.entries)), func(old string) bool {
			return netip.MustParsePrefix(old).Overlaps(netip.MustParsePrefix(e))
		}) {
			w.entered[e] = w.now
		}
	}
	if len(next) > int(*l.MaxEntries) {
		return nil, &apiError{"PrefixListMaxEntriesExceeded", "full"}
	}
	l.next, l.until, l.State = next, w.now.Add(w.slow), ec2types.PrefixListStateModifyInProgress
	return "<prefixList><state>modify-in-progress</state></prefixList>", nil
}
