package verifiedaccess

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cedar"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
)

// OIDC is an identity provider that speaks OpenID Connect. All fields except Scope and Claim are required. AWS connects to the provider,
// not the network: no flow leads there.
type OIDC struct {
	// The URLs of the provider, each with https.
	Issuer, AuthorizationEndpoint, TokenEndpoint, UserInfoEndpoint string
	// ClientID is the id that the provider gave Verified Access.
	ClientID string
	// ClientSecret is a reference to a stored secret, such as awscdk.SecretValue_SecretsManager returns.
	ClientSecret awscdk.SecretValue
	// Scope are the scopes that Verified Access asks for, separated by spaces; empty means "openid". Many providers send groups only if
	// their scope is asked for.
	Scope string
	// Claim is the claim with a person's groups, a list of texts; empty means "groups". If the claim is missing, or is no list, nobody is
	// let in.
	Claim string
}

// claim returns the name of the claim, empty for IAM Identity Center.
func (o *OIDC) claim() string {
	switch {
	case o == nil:
		return ""
	case o.Claim == "":
		return "groups"
	}
	return o.Claim
}

// options returns o as the trust provider has it, and records what is wrong with it.
func (o *OIDC) options(p *report.Problems, scope constructs.IConstruct, at diag.Position) any {
	fail := func(what, detail, fix string) {
		p.Add("verified-access-oidc", "the identity provider of Verified Access is not usable", what+": "+detail, fix, at)
	}
	for _, field := range []struct{ name, value string }{
		{"Issuer", o.Issuer}, {"AuthorizationEndpoint", o.AuthorizationEndpoint}, {"TokenEndpoint", o.TokenEndpoint},
		{"UserInfoEndpoint", o.UserInfoEndpoint},
	} {
		if u, err := url.Parse(field.value); !arch.IsToken(field.value) && (err != nil || u.Scheme != "https" || u.Host == "") {
			fail(field.name, fmt.Sprintf("got %.80q", field.value), `set it to a URL as in "https://login.example.com"`)
		}
	}
	if o.ClientID == "" {
		fail("ClientID", "it is empty", "set it to the id that the provider gave")
	}
	for _, text := range []string{o.Issuer, o.AuthorizationEndpoint, o.TokenEndpoint, o.UserInfoEndpoint, o.ClientID, o.Scope} {
		if arch.HasDynamicReference(text) {
			fail("a text has a dynamic reference", arch.DynamicReference, "write the text itself")
		}
	}
	if err := cedar.CheckClaim(o.claim()); err != nil {
		fail("Claim", err.Error(), "")
	}
	scopes := strings.Fields(o.Scope)
	if len(scopes) == 0 {
		scopes = []string{"openid"}
	}
	out := &awsec2.CfnVerifiedAccessTrustProvider_OidcOptionsProperty{
		Issuer: &o.Issuer, AuthorizationEndpoint: &o.AuthorizationEndpoint, TokenEndpoint: &o.TokenEndpoint,
		UserInfoEndpoint: &o.UserInfoEndpoint, ClientId: &o.ClientID, Scope: new(strings.Join(scopes, " ")),
	}
	if !isReference(scope, o.ClientSecret) {
		fail("ClientSecret", "it is missing, or a text that the template would show",
			"store the secret, and set awscdk.SecretValue_SecretsManager")
		return out
	}
	out.ClientSecret = o.ClientSecret.UnsafeUnwrap() // The token of a dynamic reference.
	return out
}

// isReference reports whether a template has a reference in place of a secret, and not its text.
func isReference(scope constructs.IConstruct, secret awscdk.SecretValue) bool {
	if secret == nil {
		return false
	}
	resolved, err := json.Marshal(awscdk.Stack_Of(scope).Resolve(secret.UnsafeUnwrap()))
	if err != nil {
		return false
	}
	text := string(resolved)
	return strings.Contains(text, "{{resolve:") || strings.HasPrefix(text, "{")
}
