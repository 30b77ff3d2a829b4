package main

import "errors"

import "context"

import "drawmesh/peer/loadtest"

func (c *loadCommand) confined(ctx context.Context, u *ui, out *loadOutput) (*loadtest.Report, error) {
	return nil, errors.ErrUnsupported
}
