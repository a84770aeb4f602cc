package verifiedaccess

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cedar"
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Props are the properties of an instance of Verified Access.
type Props struct {
	// OIDC is the identity provider that knows the people. Nil means IAM Identity Center, which must be enabled in the organization. An
	// instance has one provider: to change it, make a second Access and move the applications.
	OIDC *OIDC
	// Retention is how long the log group keeps the access log; empty means THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
	// LogTrustData writes what the provider says about a person into the log, such as names, mail addresses and groups.
	LogTrustData bool
}

// Access is an instance of AWS Verified Access with its trust provider and its log.
type Access struct {
	constructs.Construct
	tier         *tiers.BastionTier
	core         *wiring.Tier
	props        Props
	instance     awsec2.CfnVerifiedAccessInstance
	logs         awslogs.LogGroup
	applications []*Application
	model        *arch.Model     // of the last synthesis
	opened       map[string]bool // flows that are declared already
	problems     report.Problems
}

// New makes an instance of Verified Access whose endpoints are in a bastion tier. The tier should have nothing else in it: its security
// group and subnets are those of the endpoints. The tier needs no flow to it, and no subnet that faces the internet, because AWS leads
// people to the endpoints. The id is unique in the tier. Mistakes fail synthesis. A nil tier panics.
func New(tier *tiers.BastionTier, id string, props *Props) *Access {
	at := diag.Caller()
	core := wiring.TierOf(tier, "the tier of Verified Access", at)
	core.Network().MustBeOpen(at)
	a := &Access{tier: tier, core: core, opened: map[string]bool{}}
	if props != nil {
		a.props = *props
	}
	constructs.NewConstruct_Override(a, tier, &id)
	a.problems.Attach(a, at)
	core.HoldsVerifiedAccess(at)
	core.Network().Calls().Cannot(at, "AWS Verified Access is not in the file; call package verifiedaccess in workloads.go")
	if tier.Subnets() == nil {
		return a // The check of the tier says that an imported tier cannot hold endpoints.
	}
	a.make(at)
	core.Network().Watch(func(made *plan.Plan) { a.model = made.Model })
	return a
}

// make makes the trust provider, the log group, and the instance, which has both.
func (a *Access) make(at diag.Position) {
	providerProps := &awsec2.CfnVerifiedAccessTrustProviderProps{
		PolicyReferenceName: new(cedar.Reference), TrustProviderType: new("user"), UserTrustProviderType: new("iam-identity-center"),
	}
	if o := a.props.OIDC; o != nil {
		providerProps.UserTrustProviderType, providerProps.OidcOptions = new("oidc"), o.options(&a.problems, a, at)
	}
	provider := awsec2.NewCfnVerifiedAccessTrustProvider(a, new("TrustProvider"), providerProps)
	a.problems.Made("trust provider of Verified Access", "TrustProvider", func() map[string]any { return report.Properties(providerProps) })

	retention := a.props.Retention
	if retention == "" {
		retention = awslogs.RetentionDays_THREE_MONTHS
	}
	a.logs = awslogs.NewLogGroup(a, new("Log"), &awslogs.LogGroupProps{
		Retention: retention, RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
	})
	instanceProps := &awsec2.CfnVerifiedAccessInstanceProps{
		VerifiedAccessTrustProviderIds: &[]*string{provider.AttrVerifiedAccessTrustProviderId()},
		LoggingConfigurations: &awsec2.CfnVerifiedAccessInstance_VerifiedAccessLogsProperty{
			CloudWatchLogs:      &awsec2.CfnVerifiedAccessInstance_CloudWatchLogsProperty{Enabled: new(true), LogGroup: a.logs.LogGroupName()},
			IncludeTrustContext: &a.props.LogTrustData,
		},
	}
	a.instance = awsec2.NewCfnVerifiedAccessInstance(a, new("Instance"), instanceProps)
	a.instance.Node().AddDependency(construct.LetLogsBeDelivered(&a.problems, a.logs))
	a.problems.Made("instance of Verified Access", "Instance", func() map[string]any { return report.Properties(instanceProps) })
}

// LogGroup returns the log group of the access log, or nil if the tier is imported.
func (a *Access) LogGroup() awslogs.ILogGroup {
	if a.logs == nil {
		return nil
	}
	return a.logs
}

// InstanceID returns the id of the instance, as a web ACL of AWS WAF needs for its association; nil if the tier is imported.
func (a *Access) InstanceID() *string {
	if a.instance == nil {
		return nil
	}
	return a.instance.AttrVerifiedAccessInstanceId()
}
