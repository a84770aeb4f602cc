package flowlogs

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/flowlog/fieldname"
)

// TestNames: the fields of AWS's default format come first, and each field is there once and is known.
func TestNames(t *testing.T) {
	t.Parallel()
	names := Choices{Fields: []string{"version", "ecs-task-id", "ecs-task-id"}, TierTag: true}.Names()
	assert.Equal(t, strings.Fields(fieldname.Default), names[:14])
	assert.Equal(t, []string{"ecs-task-id", "interface-tag"}, names[len(names)-2:])
	seen := map[string]bool{}
	for _, name := range names {
		assert.False(t, seen[name], name)
		assert.Contains(t, fieldname.All(), name)
		seen[name] = true
	}
}

// TestCheck: each mistake is reported, in the words of Go and in those of the file, and good choices are not.
func TestCheck(t *testing.T) {
	t.Parallel()
	for _, good := range []Choices{
		{}, {Interval: time.Minute}, {Retention: 400 * day}, {NewLogGroup: true, Retention: 400 * day}, {To: LogGroup}, {Key: true},
		{To: Bucket, Prefix: "a/b", PlainText: true}, {To: Stream, ARN: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/flows"},
		{Fields: []string{"region"}},
	} {
		problems, usable := good.Check(arch.FileDialect)
		assert.Empty(t, problems, "%+v", good)
		assert.True(t, usable)
	}
	for _, test := range []struct {
		bad          Choices
		usable       bool
		inGo, inFile string
	}{
		{Choices{Interval: time.Second}, true, "time.Minute", "interval: 60"},
		{Choices{Fields: []string{"asg-tag"}}, true, "set TierTag", "tierTag: true"},
		{Choices{Fields: []string{"regon"}}, true, "write region", "write region"},
		{Choices{To: Bucket, Key: true}, true, "leave To out", "remove to"},
		{Choices{To: LogGroup, PlainText: true}, true, "leave out PlainText", "remove plainText"},
		{Choices{Retention: time.Hour}, true, "30 * 24 * time.Hour", "retention: 30"},
		{Choices{NewLogGroup: true, Retention: 31 * day}, true, "90 * 24 * time.Hour", "retention: 90"},
		{Choices{To: None}, false, "watch.FlowLogs", "remove flowLogs"},
		{Choices{To: Bucket, NewLogGroup: true}, false, "remove one of them", "remove one of them"},
		{Choices{To: Stream, ARN: "arn:aws:s3:::x"}, false, "deliverystream", "deliverystream"},
		{Choices{To: Bucket, Prefix: "a//b"}, false, "network/shop", "network/shop"},
		{Choices{To: Bucket, Prefix: "AWSLogs/b"}, false, "leave AWSLogs out", "leave AWSLogs out"},
	} {
		for dialect, want := range map[arch.Dialect]string{arch.GoDialect: test.inGo, arch.FileDialect: test.inFile} {
			problems, usable := test.bad.Check(dialect)
			require.Len(t, problems, 1, "%+v", test.bad)
			assert.Contains(t, problems[0].Fix, want)
			assert.Equal(t, test.usable, usable, "%+v", test.bad)
		}
	}
}

func TestCheckNames(t *testing.T) {
	t.Parallel()
	assert.Len(t, GivenNames(nil), 14)
	assert.Equal(t, []string{"version", "action"}, GivenNames([]string{"version", "action"}))
	for _, bad := range [][]string{{}, {"${version}"}, {"a", "a"}, {"A"}, {"a\n"}} {
		assert.NotEmpty(t, CheckNames(bad))
		assert.Nil(t, GivenNames(bad))
	}
}
