package tiers_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// rotated makes a database whose password CDK's function rotates. The secret is made separately or by the database.
func rotated(
	stack awscdk.Stack, db *tiers.DataTier, secret awsrds.DatabaseSecret, rotation *awsrds.RotationSingleUserOptions,
) awsrds.DatabaseInstance {
	props := &awsrds.DatabaseInstanceProps{
		Engine: awsrds.DatabaseInstanceEngine_Postgres(&awsrds.PostgresInstanceEngineProps{Version: awsrds.PostgresEngineVersion_VER_16()}),
		Vpc:    db.Vpc(), VpcSubnets: db.Subnets(), SecurityGroups: db.SecurityGroups(), StorageEncrypted: new(true),
	}
	if secret != nil {
		props.Credentials = awsrds.Credentials_FromSecret(secret, nil)
	}
	database := awsrds.NewDatabaseInstance(stack, new("Database"), props)
	database.AddRotationSingleUser(rotation)
	return database
}

// TestRotation: a database with CDK's rotation, in the network's stack and in another one. The rotation function is in a separate tier,
// which may reach the database, and Secrets Manager through an endpoint.
func TestRotation(t *testing.T) {
	for name, test := range map[string]struct {
		elsewhere, named bool
		want             string
	}{
		"in the network's stack":                {},
		"in the network's stack, with a secret": {named: true},
		"in another stack, with a secret":       {elsewhere: true, named: true},
		"in another stack, with the database's own secret": {
			elsewhere: true, want: "grant the secret itself: awsrds.NewDatabaseSecret with SecretName: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := tierstest.App(t)
			env := &awscdk.Environment{Account: new("123456789012"), Region: new("eu-west-1")}
			stack := awscdk.NewStack(app, new("Shop"), &awscdk.StackProps{Env: env})
			n := tiers.NewNetwork(stack, "Network", twoZones())
			rotation, db := tiers.NewAppTier(n, "Rotation", nil), tiers.NewDataTier(n, "Database", nil)
			rotation.AllowTo(db, tiers.PostgreSQL)
			if test.elsewhere {
				stack = awscdk.NewStack(app, new("Data"), &awscdk.StackProps{Env: env})
			}
			var own awsrds.DatabaseSecret
			if test.named {
				own = awsrds.NewDatabaseSecret(stack, new("Secret"), &awsrds.DatabaseSecretProps{
					Username: new("shop"), SecretName: awscdk.PhysicalName_GENERATE_IF_NEEDED(),
				})
			}
			database := rotated(stack, db, own, &awsrds.RotationSingleUserOptions{
				SecurityGroup: rotation.SecurityGroup(), VpcSubnets: rotation.Subnets(),
			})
			var secret endpoints.SecretValue = own
			if own == nil {
				secret = database.Secret()
			}
			endpoints.Grant(rotation, endpoints.Secret(secret).Read().And(endpoints.Secret(secret).Write()))
			if err := tiers.Synth(app); test.want != "" {
				require.ErrorContains(t, err, test.want)
			} else {
				require.NoError(t, err, "and the proof is exact")
			}
		})
	}
}

// TestRotationWithoutATier: the group that CDK makes for the function does not belong to a tier. The error says so, with the fix.
func TestRotationWithoutATier(t *testing.T) {
	for _, elsewhere := range []bool{false, true} {
		app := tierstest.App(t)
		stack := awscdk.NewStack(app, new("Shop"), nil)
		db := tiers.NewDataTier(tiers.NewNetwork(stack, "Network", twoZones()), "Database", nil)
		if elsewhere {
			stack = awscdk.NewStack(app, new("Data"), nil)
		}
		rotated(stack, db, nil, nil)
		err := tiers.Synth(app)
		require.ErrorContains(t, err, "Database/RotationSingleUser/SecurityGroup does not belong to a tier")
		assert.ErrorContains(t, err, "give the other construct the SecurityGroup of a tier")
		assert.ErrorContains(t, err, "tiers/rotation_test.go:")
	}
}
