package webacl

// The kinds of resources that web ACLs protect, by their names in AssociationConfig if it has one.
const (
	LoadBalancer   = "APPLICATION_LOAD_BALANCER"
	GraphQL        = "APPSYNC"
	RestAPI        = "API_GATEWAY"
	UserPool       = "COGNITO_USER_POOL"
	AppRunner      = "APP_RUNNER_SERVICE"
	VerifiedAccess = "VERIFIED_ACCESS_INSTANCE"
	Distribution   = "CLOUDFRONT"
)

// RegionalKinds are the kinds of scope REGIONAL.
var RegionalKinds = []string{LoadBalancer, GraphQL, RestAPI, UserPool, AppRunner, VerifiedAccess}
