'use strict';

// Has CDK synthesize each app twice. Node loads this file before jsii's kernel.

const Module = require('node:module');
const { _load } = Module;

Module._load = function (...args) {
  const loaded = _load.apply(this, args);
  if (args[0].endsWith('/aws-cdk-lib/index.js')) {
    synthesizeTwice(loaded.App.prototype);
    Module._load = _load;
  }
  return loaded;
};

function synthesizeTwice(app) {
  const { synth } = app;
  app.synth = function (options) {
    synth.call(this, options);
    return synth.call(this, { ...options, force: true });
  };
}
