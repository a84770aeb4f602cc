package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const placed = `Resources:
  Queue:
    Type: AWS::SQS::Queue
    Metadata: {"aws:cdk:path": App/Orders/Resource}
    Properties:
      Names:
        - one
        - two
      Dots:
        a.b:
          c: x
        a: y
      Single: {d: z}
`

func placedQueue(t *testing.T) *Resource {
	t.Helper()
	a, err := Read("t.yaml", []byte(placed), nil)
	require.NoError(t, err)
	for r := range a.OfType("AWS::SQS::Queue") {
		return r
	}
	require.Fail(t, "there is no queue")
	return nil
}

func TestResourceAt(t *testing.T) {
	t.Parallel()
	queue := placedQueue(t)
	for path, line := range map[string]int{
		"": queue.Line, "Missing": queue.Line, "Names[0]": 7, "Names[1]": 8, "Names[1].none": 8, "Dots.a.b.c": 11, "Dots.a": 12,
		"Single[0].d": 13,
	} {
		assert.Equal(t, line, queue.At(path).Line, path)
	}
	assert.Equal(t, queue.At("Names").Line, queue.At("Names[2]").Line, "an index behind the end")
	assert.Equal(t, "t.yaml", queue.At("Names").File)
}

func TestIsNamed(t *testing.T) {
	t.Parallel()
	queue := placedQueue(t)
	assert.Equal(t, "App/Orders/Resource", queue.Name())
	for name, want := range map[string]bool{
		"Queue": true, queue.String(): true, "App/Orders/Resource": true, "App/Orders": true, "Orders": true, "Orders/Resource": true,
		"App": false, "rders": false, "queue": false, "": false,
	} {
		assert.Equal(t, want, queue.IsNamed(name), name)
	}
}
