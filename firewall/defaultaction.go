package firewall

// DefaultAction says what a policy does with packets that no rule decides. A policy has at most one default action that drops. The alert
// with the same name logs the packets that this action drops.
type DefaultAction string

// The default actions (AWS Network Firewall Developer Guide, "Evaluation order for stateful rule groups").
const (
	// DropEstablishedAppLayerToServer drops packets that clients send. It waits until the connection has shown its application protocol
	// and, in TLS and HTTP, the name of its server. Packets that servers send pass. A policy without DefaultActions uses this action and
	// its alert.
	DropEstablishedAppLayerToServer DefaultAction = "aws:drop_established_app_layer_to_server"
	// AlertEstablishedAppLayerToServer logs the packets that DropEstablishedAppLayerToServer drops.
	AlertEstablishedAppLayerToServer DefaultAction = "aws:alert_established_app_layer_to_server"

	// DropEstablishedAppLayer is DropEstablishedAppLayerToServer in both directions, so rules must also pass packets that servers send.
	DropEstablishedAppLayer DefaultAction = "aws:drop_established_app_layer"
	// AlertEstablishedAppLayer logs the packets that DropEstablishedAppLayer drops.
	AlertEstablishedAppLayer DefaultAction = "aws:alert_established_app_layer"

	// DropEstablished drops packets of established connections. It does not wait for a server name that takes several TCP segments.
	DropEstablished DefaultAction = "aws:drop_established"
	// AlertEstablished logs the packets that DropEstablished drops.
	AlertEstablished DefaultAction = "aws:alert_established"

	// DropStrict drops every packet, including the first of a connection, so rules must pass both directions.
	DropStrict DefaultAction = "aws:drop_strict"
	// AlertStrict logs the packets that DropStrict drops.
	AlertStrict DefaultAction = "aws:alert_strict"
)
