package kubernetes_test

import (
	"encoding/json"
	"testing"

	goccy "github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/kubernetes"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	got := string(kubernetes.Write([]kubernetes.Document{
		{Comment: []string{"Pods of Web.\nkind: Secret"}, Object: full()}, {Object: groups()},
	}))
	assert.Equal(t, `# Pods of Web. kind: Secret
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web-tier
  namespace: shop
spec:
  egress:
  - to:
    - podSelector: {}
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: shop
      podSelector:
        matchLabels:
          app: web
    - ipBlock:
        cidr: "10.0.0.0/16"
        except:
        - "10.0.1.0/24"
    ports:
    - endPort: 8100
      port: 8000
      protocol: TCP
    - protocol: UDP
    - port: http
  podSelector:
    matchExpressions:
    - key: app
      operator: In
      values:
      - web
      - "true"
    - key: example.com/old
      operator: DoesNotExist
  policyTypes:
  - Ingress
  - Egress
---
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata:
  name: web-tier
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  securityGroups:
    groupIds:
    - sg-0123456789abcdef0
`, got)
}

// TestReadersAgree: two readers of YAML find the texts that were written, whatever these are.
func TestReadersAgree(t *testing.T) {
	t.Parallel()
	known := []string{"on", "No", "y", "null", "~", "1e3", "0x1f", "0o7", "010", "1_000", ".5", "-", "2027-01-01", "a: b", "# x", "a #b", "*a",
		"&a", "!a", "%a", "---", "...", "{}", "[]", "'", `"`, "", " ", "a\nb", "\u2028", "é", "<<", "=", "1:30", ".nan", "NaN", "inf", "@a", "`a"}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.SampledFrom(known), rapid.StringMatching(`[ -~]{0,20}`), rapid.StringMatching(`[-A-Za-z0-9_.]{1,8}`))
		p := groups()
		p.Spec.PodSelector.MatchLabels = rapid.MapOf(word, word).Draw(t, "labels")
		d := kubernetes.Document{Object: p}
		text := kubernetes.Write([]kubernetes.Document{d})
		for name, read := range map[string]func([]byte, any) error{
			"yaml.v3": yaml.Unmarshal, "goccy": func(b []byte, v any) error { return goccy.Unmarshal(b, v) },
		} {
			var value any
			require.NoError(t, read(text, &value), "%s: %s", name, text)
			have, err := json.Marshal(value)
			require.NoError(t, err)
			require.JSONEq(t, string(d.JSON()), string(have), "%s: %s", name, text)
		}
	})
}
