package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/calendar"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// CalendarProps configures [Calendar]; nil is the zero CalendarProps.
type CalendarProps struct {
	// Topic gets the messages. nil makes an encrypted topic. If the topic is yours, the calendar's role gets the permission to publish to it;
	// if it is encrypted with a key, grant the role of [NetworkCalendar.Role] the use of the key.
	Topic awssns.ITopic
	// Days are how many days before the last day of a flow a message is sent, each 0 to 365. nil is 30 and 7.
	Days []int
}

// NetworkCalendar reminds of flows that expire. Make it with [Calendar].
type NetworkCalendar struct {
	constructs.Construct
	topic    awssns.ITopic
	role     awsiam.Role
	days     []int
	made     []string // ids of schedules, from the last synthesis
	problems report.Problems
}

// calendarID is the construct id of the calendar in the network.
const calendarID = "Calendar"

// Calendar sends a message before a flow expires, at 9:00 UTC: to the owner of an exception, for example. It makes a schedule of
// EventBridge Scheduler for each flow with a last day and each of Days, and a topic. A message says which flow it is, who owns it, why it
// is there, and what to do. A schedule whose time has passed sends nothing; the synthesis itself reports flows that have expired.
//
// Subscribe to the topic: without a subscription nobody gets the messages. Call Calendar once for a network; the order of the calls does
// not matter. Mistakes in props fail synthesis. A nil network panics, and so does a call after synthesis.
func Calendar(network *tiers.Network, props *CalendarProps) *NetworkCalendar {
	at := diag.Caller()
	if network == nil || network.Construct == nil {
		panic(diag.Diagnostic{Summary: "the network of a calendar is nil or was not made by NewNetwork", At: []diag.Position{at}}.String())
	}
	if props == nil {
		props = &CalendarProps{}
	}
	core := wiring.NetworkOf(network)
	c := &NetworkCalendar{topic: props.Topic, days: props.Days}
	id, free := take(network, calendarID, at)
	constructs.NewConstruct_Override(c, network, &id)
	c.problems.Attach(c, at)
	if !free {
		addTaken(&c.problems, calendarID, "a calendar", at)
	}
	if c.days == nil {
		c.days = calendar.DefaultDays()
	}
	c.checkDays()
	c.role = c.makeRole()
	if c.topic == nil {
		c.topic = c.makeTopic(core.Path())
	}
	c.role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: &[]*string{new("sns:Publish")}, Resources: &[]*string{c.topic.TopicArn()},
	}))
	core.Watch(func(p *plan.Plan) { c.fill(p.Model) })
	c.record(core.Calls(), props)
	return c
}

// Topic returns the topic that gets the messages.
func (c *NetworkCalendar) Topic() awssns.ITopic { return c.topic }

// Role returns the role with which the schedules publish.
func (c *NetworkCalendar) Role() awsiam.IRole { return c.role }

func (c *NetworkCalendar) checkDays() {
	if err := calendar.CheckDays(c.days); err != nil {
		c.problems.Add("calendar-days", "the days of a calendar are not valid", err.Error(),
			"set Days to the days before the last day, such as 30 and 7", c.problems.At)
		c.days = nil
	}
}

// makeRole makes the role of the schedules, which only the schedules of this account can use.
func (c *NetworkCalendar) makeRole() awsiam.Role {
	return awsiam.NewRole(c, new("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(new("scheduler.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Stack_Of(c).Account()}},
		}),
		Description: new("Publishes messages about flows that expire"),
	})
}

// makeTopic makes an encrypted topic, to which the role may publish.
func (c *NetworkCalendar) makeTopic(network string) awssns.ITopic {
	key := awskms.NewKey(c, new("Key"), &awskms.KeyProps{
		EnableKeyRotation: new(true), Description: new("Messages of the calendar of " + network),
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY, // It encrypts messages only while they wait for their delivery.
	})
	c.role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: &[]*string{new("kms:Decrypt"), new("kms:GenerateDataKey*")}, Resources: &[]*string{key.KeyArn()},
	}))
	return awssns.NewTopic(c, new("Topic"), &awssns.TopicProps{MasterKey: key, EnforceSSL: new(true)})
}

// fill makes the schedules for the flows of a model, in place of those of the previous one.
func (c *NetworkCalendar) fill(m *arch.Model) {
	for _, id := range c.made {
		c.Node().TryRemoveChild(&id)
	}
	c.made = nil
	for _, x := range calendar.Of(m, c.days) {
		c.made = append(c.made, x.ID)
		c.makeSchedule(x)
	}
}

// makeSchedule makes a schedule that sends a message once.
func (c *NetworkCalendar) makeSchedule(x calendar.Schedule) {
	awsscheduler.NewCfnSchedule(c, &x.ID, &awsscheduler.CfnScheduleProps{
		ScheduleExpression: &x.Expression, ScheduleExpressionTimezone: new(calendar.Zone),
		FlexibleTimeWindow: &awsscheduler.CfnSchedule_FlexibleTimeWindowProperty{Mode: new("OFF")},
		Target: &awsscheduler.CfnSchedule_TargetProperty{
			Arn: c.topic.TopicArn(), RoleArn: c.role.RoleArn(), Input: &x.Message,
		},
	})
}
