package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/tierwall/tierwall/internal/response/responder"
)

// table is a table of DynamoDB. Times are seconds since 1970.
type table struct {
	client *dynamodb.Client
	name   string
}

func (t *table) Get(ctx context.Context, key string) (responder.Item, error) {
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true), Key: map[string]types.AttributeValue{"Key": text(key)},
	})
	if err != nil || out.Item == nil {
		return responder.Item{Key: key}, err
	}
	return item(out.Item), nil
}

func (t *table) All(ctx context.Context) ([]responder.Item, error) {
	var all []responder.Item
	pages := dynamodb.NewScanPaginator(t.client, &dynamodb.ScanInput{TableName: &t.name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.Items {
			all = append(all, item(i))
		}
	}
	return all, nil
}

func (t *table) Put(ctx context.Context, i responder.Item) error {
	in := &dynamodb.PutItemInput{
		TableName: &t.name,
		Item:      map[string]types.AttributeValue{"Key": text(i.Key), "Version": number(i.Version + 1), "Body": text(i.Body)},
		// A new item must not exist. Key is a reserved word.
		ConditionExpression: aws.String("attribute_not_exists(#k)"), ExpressionAttributeNames: map[string]string{"#k": "Key"},
	}
	if i.Version > 0 {
		in.ConditionExpression, in.ExpressionAttributeNames = aws.String("Version = :v"), nil
		in.ExpressionAttributeValues = map[string]types.AttributeValue{":v": number(i.Version)}
	}
	if !i.Undone.IsZero() {
		in.Item["Undone"] = number(i.Undone.Unix())
	}
	if !i.Purge.IsZero() {
		in.Item["Purge"] = number(i.Purge.Unix())
	}
	_, err := t.client.PutItem(ctx, in)
	if _, stale := errors.AsType[*types.ConditionalCheckFailedException](err); stale {
		return responder.ErrConflict
	}
	return err
}

func item(attributes map[string]types.AttributeValue) responder.Item {
	i := responder.Item{Undone: timeOf(attributes["Undone"]), Purge: timeOf(attributes["Purge"])}
	i.Key, i.Body = textOf(attributes["Key"]), textOf(attributes["Body"])
	i.Version = max(numberOf(attributes["Version"]), 1)
	return i
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func textOf(a types.AttributeValue) string {
	if s, ok := a.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func numberOf(a types.AttributeValue) int64 {
	n, _ := a.(*types.AttributeValueMemberN)
	if n == nil {
		return 0
	}
	v, _ := strconv.ParseInt(n.Value, 10, 64)
	return v
}

func timeOf(a types.AttributeValue) time.Time {
	if n := numberOf(a); n > 0 {
		return time.Unix(n, 0).UTC()
	}
	return time.Time{}
}
