package response

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"github.com/tierwall/tierwall/internal/response/responder"
)

// makeQueues makes the queue of events, and that of the events that could not be delivered or handled.
func (r *Response) makeQueues() {
	r.dead = awssqs.NewQueue(r, new("DeadLetters"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: new(true), RetentionPeriod: awscdk.Duration_Days(new(14.0)),
	})
	r.queue = awssqs.NewQueue(r, new("Queue"), &awssqs.QueueProps{
		Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: new(true),
		// Six times the function's timeout, as AWS recommends (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
		VisibilityTimeout: awscdk.Duration_Seconds(new(6 * responder.FunctionTimeout.Seconds())),
		DeadLetterQueue:   &awssqs.DeadLetterQueue{Queue: r.dead, MaxReceiveCount: new(5.0)},
	})
}
