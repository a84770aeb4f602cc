package main

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/tierwall/tierwall/internal/response"
	"github.com/tierwall/tierwall/internal/response/responder"
)

// interfaces are the network interfaces of instances.
type interfaces struct{ client *ec2.Client }

func (i *interfaces) Of(ctx context.Context, instance string) ([]responder.NetworkInterface, error) {
	var all []responder.NetworkInterface
	pages := ec2.NewDescribeNetworkInterfacesPaginator(i.client, &ec2.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{{Name: aws.String("attachment.instance-id"), Values: []string{instance}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, found := range page.NetworkInterfaces {
			n := responder.NetworkInterface{VPC: aws.ToString(found.VpcId),
				Interface: response.Interface{ID: aws.ToString(found.NetworkInterfaceId)}}
			for _, g := range found.Groups {
				n.Groups = append(n.Groups, aws.ToString(g.GroupId))
			}
			all = append(all, n)
		}
	}
	return all, nil
}

func (i *interfaces) SetGroups(ctx context.Context, id string, groups []string) error {
	_, err := i.client.ModifyNetworkInterfaceAttribute(ctx, &ec2.ModifyNetworkInterfaceAttributeInput{NetworkInterfaceId: &id, Groups: groups})
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "InvalidNetworkInterfaceID.NotFound" {
		return responder.ErrGone
	}
	return err
}
