package watch_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest/mistakes"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/tiers/watch"
)

// expiring declares a network with a flow and an exception that expire, and a flow that does not.
func expiring(stack awscdk.Stack) *tiers.Network {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"}})
	web, app, database := tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Database", nil)
	web.AllowTo(app, tiers.TCP(8080), tiers.Because("orders"))
	app.AllowTo(database, tiers.MySQL, tiers.Expires("2099-03-01"))
	n.Except(tiers.Exception{
		From: web, To: database, Service: tiers.PostgreSQL, Reason: `"reports" ${x}`, Owner: "storefront", Expires: "2099-01-31",
	})
	return n
}

// schedules returns the expressions of the schedules in a template by their messages.
func schedules(t *testing.T, template []byte) map[string][]string {
	t.Helper()
	var parsed struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				ScheduleExpression string
				Target             struct{ Input string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(template, &parsed))
	out := map[string][]string{}
	for _, r := range parsed.Resources {
		if r.Type == "AWS::Scheduler::Schedule" {
			message := r.Properties.Target.Input
			out[message] = append(out[message], r.Properties.ScheduleExpression)
		}
	}
	return out
}

// TestCalendar: a schedule for each flow with a last day and each number of days before it. The golden file has the topic and the role.
func TestCalendar(t *testing.T) {
	stack := tierstest.Stack(t)
	n := expiring(stack)
	calendar := watch.Calendar(n, nil)
	assert.NotNil(t, calendar.Topic())
	template := tierstest.Template(t, stack)
	goldenOf(t, template, "NetworkCalendar")
	assert.Len(t, schedules(t, template), 2)
	const message = `The exception Web -> Database tcp/5432 of the network Test/Network expires: its last day is 2099-01-31. ` +
		`Owner: storefront. Reason: reports ${x}. What to do: remove it, or set a new date. After that day, synthesis fails until somebody does.`
	assert.ElementsMatch(t, []string{"at(2099-01-01T09:00:00)", "at(2099-01-24T09:00:00)"}, schedules(t, template)[message])
	tierstest.RequireExact(t, stack)
}

// TestCalendarOfTopic: a topic of the user gets the messages, and no key is made.
func TestCalendarOfTopic(t *testing.T) {
	stack := tierstest.Stack(t)
	n := expiring(stack)
	watch.Calendar(n, &watch.CalendarProps{Topic: awssns.NewTopic(stack, new("Mine"), nil), Days: []int{0}})
	template := tierstest.Template(t, stack)
	all := schedules(t, template)
	assert.Len(t, all, 2)
	for message, when := range all {
		assert.Equal(t, strings.Contains(message, "2099-03-01"), when[0] == "at(2099-03-01T09:00:00)")
	}
	assert.NotContains(t, string(template), "AWS::KMS::Key")
}

// TestCalendarKeepsIDs: another date changes the schedule in place, and another flow changes no other.
func TestCalendarKeepsIDs(t *testing.T) {
	ids := func(more func(*tiers.Network)) map[string]bool {
		stack := tierstest.Stack(t)
		n := expiring(stack)
		more(n)
		watch.Calendar(n, nil)
		var parsed struct {
			Resources map[string]struct{ Type string }
		}
		require.NoError(t, json.Unmarshal(tierstest.Template(t, stack), &parsed))
		out := map[string]bool{}
		for id, r := range parsed.Resources {
			if r.Type == "AWS::Scheduler::Schedule" {
				out[id] = true
			}
		}
		return out
	}
	before := ids(func(*tiers.Network) {})
	after := ids(func(n *tiers.Network) {
		batch := tiers.NewAppTier(n, "Batch", &tiers.TierProps{Block: 9})
		tiers.NewBastionTier(n, "Bastion", nil).AllowTo(batch, tiers.SSH, tiers.Expires("2099-05-05"))
	})
	assert.Len(t, after, len(before)+2)
	for id := range before {
		assert.True(t, after[id], id)
	}
}

func TestCalendarMistakes(t *testing.T) {
	var all mistakes.Cases
	for name, days := range map[string][]int{"negative": {-1}, "too early": {366}, "twice": {7, 7}} {
		all.Add(name, func(s awscdk.Stack) { watch.Calendar(expiring(s), &watch.CalendarProps{Days: days}) },
			"the days of a calendar are not valid", "allowed are different numbers from 0 to 365")
	}
	all.Add("two", func(s awscdk.Stack) {
		n := expiring(s)
		watch.Calendar(n, nil)
		watch.Calendar(n, nil)
	}, "the id Calendar is taken")
	all.Require(t, "calendar_test.go:")
	assert.Panics(t, func() { watch.Calendar(nil, nil) })
}
