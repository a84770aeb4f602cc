package template

import "github.com/tierwall/tierwall/internal/plan/calendar"

const calendarScope = "Calendar"

// calendar makes schedules that send messages before flows expire.
func (r *renderer) calendar(c Calendar) {
	const role = calendarScope + "/Role"
	r.put(role+"/Resource", "IAM::Role", object{
		"Description": "Publishes messages about flows that expire",
		"AssumeRolePolicyDocument": document(object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "scheduler.amazonaws.com"},
			"Condition": object{"StringEquals": object{"aws:SourceAccount": r.account()}},
		}),
	})
	topic := r.topic(c.Topic, calendarScope, "Messages of the calendar of "+r.network.Path, nil, func(any) []any { return nil })
	publish := object{"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
	if c.Topic == nil {
		r.rolePolicy(role, object{
			"Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey*"}, "Resource": r.attribute(keyPath(calendarScope), "Arn"),
		}, publish)
	} else {
		r.rolePolicy(role, publish)
	}
	for _, s := range calendar.Of(r.p.Model, c.Days) {
		r.put(calendarScope+"/"+inID(s.ID), "Scheduler::Schedule", object{
			"ScheduleExpression": s.Expression, "ScheduleExpressionTimezone": calendar.Zone, "FlexibleTimeWindow": object{"Mode": "OFF"},
			"Target": object{"Arn": topic, "RoleArn": r.attribute(role+"/Resource", "Arn"), "Input": s.Message},
		})
	}
}
