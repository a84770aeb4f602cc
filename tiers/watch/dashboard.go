package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
)

// dashboardID is the construct id of the dashboard.
const dashboardID = "Dashboard"

// emitDashboard makes the dashboard, with the states of the alarms at the top.
func (a *NetworkAlarms) emitDashboard(emitted map[string]awscloudwatch.CfnAlarm) {
	a.made = append(a.made, dashboardID)
	body := a.watch.Dashboard(a.core.Path(), a.value, func(id string) string { return *emitted[id].AttrArn() })
	awscloudwatch.NewCfnDashboard(a, new(dashboardID), &awscloudwatch.CfnDashboardProps{DashboardBody: a.json(body)})
}
