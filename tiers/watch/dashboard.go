package watch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
)

// dashboardID is the construct id of the dashboard.
const dashboardID = "Dashboard"

// emitDashboard makes the dashboard, with the states of the alarms at the top. arns are the ARNs of the alarms by their ids.
func (a *NetworkAlarms) emitDashboard(arns map[string]*string) {
	a.made = append(a.made, dashboardID)
	body := a.watch.Dashboard(a.core.Path(), a.value, func(id string) string { return *arns[id] })
	awscloudwatch.NewCfnDashboard(a, new(dashboardID), &awscloudwatch.CfnDashboardProps{DashboardBody: a.json(body)})
}
