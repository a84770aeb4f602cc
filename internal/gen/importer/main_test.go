package importer_test

import (
	"os"
	"testing"

	"github.com/tierwall/tierwall/internal/rapidtest"
)

func TestMain(m *testing.M) {
	rapidtest.CollectSeldom()
	os.Exit(m.Run())
}
