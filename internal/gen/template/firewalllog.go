package template

import "strings"

// alertLogs is the path of a new log group for the firewall's alerts.
const (
	alertLogsID = "AlertLogs"
	alertLogs   = firewallScope + "/" + alertLogsID
)

// firewallLogs makes the logging configuration and the new log groups.
func (r *renderer) firewallLogs() {
	f := r.in.Firewall
	if f.Policy.TLSInspection == nil && f.Policy.TLS == nil && f.TLS.isNew() {
		f.TLS.None = true
	}
	var configs []any
	delivered := false
	for _, log := range []struct {
		kind, id string
		to       Log
	}{{"ALERT", alertLogsID, f.Alert}, {"FLOW", "FlowLogs", f.Flow}, {"TLS", "TLSLogs", f.TLS}} {
		if log.to.None {
			continue
		}
		kind, destination := r.logDestination(log.to, firewallScope+"/"+log.id)
		delivered = delivered || kind == "CloudWatchLogs"
		configs = append(configs, object{"LogType": log.kind, "LogDestinationType": kind, "LogDestination": destination})
	}
	if len(configs) == 0 {
		return
	}
	made := r.put(firewallLogs, "NetworkFirewall::LoggingConfiguration", object{
		"FirewallArn": r.firewallARN(), "LoggingConfiguration": object{"LogDestinationConfigs": configs},
	})
	if delivered {
		r.dependsOn(made, accessPath)
	}
}

// logDestination is a destination of the firewall's logs: its type, and its names. path is that of a new log group.
func (r *renderer) logDestination(to Log, path string) (kind string, names object) {
	switch {
	case to.Bucket != nil:
		names = object{"bucketName": given(to.Bucket, "")}
		if to.Prefix != "" {
			names["prefix"] = to.Prefix
		}
		return "S3", names
	case to.Stream != nil:
		return "KinesisDataFirehose", object{"deliveryStream": streamName(to.Stream)}
	}
	group, _ := r.logGroup(to, accessPath, path, "", r.in.Firewall.Retention, r.in.Firewall.Key)
	return "CloudWatchLogs", object{"logGroup": group}
}

// streamName is the name in the ARN of a delivery stream: arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME.
func streamName(arn any) any {
	if text, ok := arn.(string); ok {
		return text[strings.LastIndexByte(text, '/')+1:]
	}
	return object{"Fn::Select": []any{1, object{"Fn::Split": []any{"/", given(arn, "")}}}}
}
