// Package refusal says which control of CloudFormation templates rejects the traffic that flow logs show as rejected, and how to declare
// the traffic if it should pass.
//
// A flow log names no control. The package looks for controls that stop the traffic in the templates, and only at the side where the log
// recorded it: the group and the network ACL of the source, or those of the destination. If the templates have none there, what is deployed
// differs from them, and the package says that instead of naming a control.
//
// The package knows neither files nor the plan.
package refusal
