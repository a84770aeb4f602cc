package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/responder"
)

// configOf returns the SDK's configuration from the environment that Lambda sets.
func configOf(env func(string) string) aws.Config {
	return aws.Config{
		Region: env("AWS_REGION"), RetryMaxAttempts: 5, RetryMode: aws.RetryModeStandard,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID: env("AWS_ACCESS_KEY_ID"), SecretAccessKey: env("AWS_SECRET_ACCESS_KEY"), SessionToken: env("AWS_SESSION_TOKEN"),
			}, nil
		}),
	}
}

// newHandler makes the handler from the environment that the construct sets.
func newHandler(env func(string) string, cfg aws.Config) (*responder.Handler, error) {
	config, err := response.ReadConfig([]byte(env("RESPONSE")))
	if err != nil {
		return nil, err
	}
	e := environment{env: env}
	vpc := ec2.NewFromConfig(cfg)
	h := &responder.Handler{
		Config: config, TableName: e.need("TABLE"), Own: e.addresses("OWN_ADDRESSES"), Quarantine: e.pairs("QUARANTINE"),
		Table:      &table{dynamodb.NewFromConfig(cfg), e.need("TABLE")},
		Interfaces: &interfaces{vpc}, Events: &bus{eventbridge.NewFromConfig(cfg), env("EVENT_BUS")}, Fetch: fetch,
		Log: slog.New(slog.NewJSONHandler(os.Stdout, nil)), Now: time.Now, Sleep: sleep,
	}
	for _, family := range []struct {
		suffix string
		v6     bool
	}{{"4", false}, {"6", true}} {
		for _, arn := range e.list("IP_SETS_" + family.suffix) {
			s, err := newIPSet(wafv2.NewFromConfig(cfg), arn, family.v6)
			e.say(err)
			h.Sets = append(h.Sets, s)
		}
		for id, size := range e.pairs("PREFIX_LISTS_" + family.suffix) {
			n, err := strconv.Atoi(size)
			e.say(err)
			h.Sets = append(h.Sets, &prefixList{client: vpc, id: id, size: n, v6: family.v6, sleep: sleep})
		}
	}
	if arn := env("NAME_GROUP"); arn != "" {
		h.Names = &ruleGroup{client: networkfirewall.NewFromConfig(cfg), arn: arn}
	}
	if firewalls := e.pairs("FIREWALLS"); len(firewalls) > 0 {
		h.Flush = &flush{networkfirewall.NewFromConfig(cfg), firewalls}
	}
	return h, errors.Join(e.wrong...)
}

// environment reads variables and collects what is wrong with them.
type environment struct {
	env   func(string) string
	wrong []error
}

func (e *environment) say(err error) {
	if err != nil {
		e.wrong = append(e.wrong, err)
	}
}

func (e *environment) need(name string) string {
	if e.env(name) == "" {
		e.say(fmt.Errorf("the variable %s is not set", name))
	}
	return e.env(name)
}

// list reads values that are separated by commas.
func (e *environment) list(name string) []string {
	if e.env(name) == "" {
		return nil
	}
	return strings.Split(e.env(name), ",")
}

// pairs reads values such as vpc-1=sg-1,vpc-2=sg-2.
func (e *environment) pairs(name string) map[string]string {
	out := map[string]string{}
	for _, pair := range e.list(name) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			e.say(fmt.Errorf("the variable %s has %q, which is no pair", name, pair))
		}
		out[key] = value
	}
	return out
}

func (e *environment) addresses(name string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range e.list(name) {
		a, err := netip.ParseAddr(text)
		e.say(err)
		if err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func base64Of(text string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("the log records are not in base64: %w", err)
	}
	return data, nil
}
