package webacl

// The kinds of resources that web ACLs are in front of, by the names of AssociationConfig where it has one for them.
const (
	LoadBalancer   = "APPLICATION_LOAD_BALANCER"
	GraphQL        = "APPSYNC"
	RestAPI        = "API_GATEWAY"
	UserPool       = "COGNITO_USER_POOL"
	AppRunner      = "APP_RUNNER_SERVICE"
	VerifiedAccess = "VERIFIED_ACCESS_INSTANCE"
	Distribution   = "CLOUDFRONT"
)

// RegionalKinds are those of scope REGIONAL.
var RegionalKinds = []string{LoadBalancer, GraphQL, RestAPI, UserPool, AppRunner, VerifiedAccess}
