package firewall

// DefaultAction is what becomes of traffic that no rule decides. A policy has one that drops at most; the alert of the same name
// has the drop logged.
type DefaultAction string

// The default actions (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
const (
	// DropEstablishedAppLayerToServer drops what clients send on a connection once it has said which application protocol it is
	// and, in TLS and HTTP, for whom; what servers send passes. With its alert it is what a policy has that says nothing.
	DropEstablishedAppLayerToServer  DefaultAction = "aws:drop_established_app_layer_to_server"
	AlertEstablishedAppLayerToServer DefaultAction = "aws:alert_established_app_layer_to_server"
	// DropEstablishedAppLayer is the same in both directions: rules must pass what servers send as well.
	DropEstablishedAppLayer  DefaultAction = "aws:drop_established_app_layer"
	AlertEstablishedAppLayer DefaultAction = "aws:alert_established_app_layer"
	// DropEstablished drops packets of established connections, and does not wait for a name that takes several segments.
	DropEstablished  DefaultAction = "aws:drop_established"
	AlertEstablished DefaultAction = "aws:alert_established"
	// DropStrict drops every packet, the first of a connection included: rules must pass both directions.
	DropStrict  DefaultAction = "aws:drop_strict"
	AlertStrict DefaultAction = "aws:alert_strict"
)
