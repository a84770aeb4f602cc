package survey_test

import (
	"testing"

	"github.com/tierwall/tierwall/internal/rapidtest"
)

func TestMain(m *testing.M) { rapidtest.Main(m) }
