package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/catalog"
)

func TestApplicationInterfaces(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSPostgreSQLRotationSingleUser":       true,
		"arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerMongoDBRotationMultiUser":              true,
		"arn:aws-cn:serverlessrepo:cn-north-1:193023089310:applications/SecretsManagerRDSMySQLRotationSingleUser":        true,
		"arn:aws-us-gov:serverlessrepo:us-gov-west-1:023102451235:applications/SecretsManagerRDSMySQLRotationSingleUser": true,
		"arn:aws:serverlessrepo:us-east-1:111122223333:applications/SecretsManagerRDSPostgreSQLRotationSingleUser":       false,
		"arn:aws:serverlessrepo:us-east-1:297356227824:applications/Other":                                               false,
		"": false,
	} {
		_, ok := catalog.ApplicationInterfaces(id)
		assert.Equal(t, want, ok, id)
	}
}
