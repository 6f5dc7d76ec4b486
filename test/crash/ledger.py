#!/usr/bin/env python3
"""Crash ledger: stops a program at every call that changes a file of the queue or the mailbox,
restarts it, drains the queue, and compares what clients were told with what arrived.

usage: ledger.py DRIVER SHIM [--modes kill,after,...] [--messages N] [--every N] [-v]
Prints one line per phase and mode; exit 1 when a message was lost, emptied or cut, or came more
often than once more per kill.
"""
import argparse
import collections
import os
import shutil
import struct
import subprocess
import sys
import tempfile

MODES = ['kill', 'after', 'power', 'names', 'ENOSPC', 'EIO', 'EMFILE', 'ENOMEM']


class Rig:
    def __init__(self, args, base):
        self.args = args
        self.base = base
        self.queue = os.path.join(base, 'queue')
        self.box = os.path.join(base, 'box')
        self.ledger = os.path.join(base, 'ledger')
        self.state = os.path.join(base, 'state')

    def reset(self):
        for path in (self.queue, self.box):
            shutil.rmtree(path, ignore_errors=True)
            os.mkdir(path, 0o700)
        open(self.ledger, 'w').close()

    def run(self, words, at=None, mode='count', trace=None):
        environment = dict(os.environ)
        if at is not None:
            with open(self.state, 'wb') as f:
                f.write(bytes(16))
            environment.update(LD_PRELOAD=self.args.shim, FAULT_DIRS=self.queue + ':' + self.box,
                               FAULT_STATE=self.state, FAULT_AT=str(at), FAULT_MODE=mode)
            if trace:
                environment['FAULT_TRACE'] = trace
        done = subprocess.run([self.args.driver] + words, env=environment,
                              stderr=subprocess.DEVNULL, timeout=60)
        return done.returncode

    def accept(self, **fault):
        return self.run(['accept', self.queue, self.ledger, str(self.args.messages)], **fault)

    def deliver(self, **fault):
        return self.run(['deliver', self.queue, os.path.join(self.box, 'mbox')], **fault)

    def points(self):
        with open(self.state, 'rb') as f:
            return struct.unpack('=Q', f.read(8))[0]

    def drain(self):
        for _ in range(4):
            self.deliver()
            if not [n for n in os.listdir(self.queue) if n.startswith('qf')]:
                return

    def told(self):
        with open(self.ledger) as f:
            return {int(line.split()[1]) for line in f}

    def arrived(self):
        found = collections.Counter()
        damaged = []
        path = os.path.join(self.box, 'mbox')
        if os.path.exists(path):
            with open(path) as f:
                for line in f:
                    words = line.split()
                    if len(words) != 3 or not line.endswith('\n'):
                        continue  # a line cut by the crash: that delivery was not acknowledged
                    if words[2] in ('WHOLE', 'DSN'):
                        found[(int(words[0]), words[1])] += 1
                    else:
                        damaged.append(line.strip())
        return found, damaged


def wanted(serial):
    names = ['ok1', 'ok2', 'ok3'] + (['bad'] if serial % 3 == 0 else [])
    return [(serial, '<%s@r.test>' % name) for name in names]


def judge(rig):
    """(lost, damaged, duplicates) of one stop."""
    found, damaged = rig.arrived()
    lost = [entry for serial in rig.told() for entry in wanted(serial) if not found[entry]]
    duplicates = sum(count - 1 for count in found.values() if count > 1)
    return lost, damaged, duplicates


def phase(rig, name, prepare, act, modes, verbose):
    bad = False
    rig.reset()
    prepare()
    act(at=0)
    points = rig.points()
    for index, mode in enumerate(modes):
        totals = collections.Counter()
        for at in range(1 + index % rig.args.every, points + 1, rig.args.every):
            rig.reset()
            prepare()
            act(at=at, mode=mode)
            rig.drain()
            lost, damaged, duplicates = judge(rig)
            totals['points'] += 1
            totals['lost'] += len(lost)
            totals['damaged'] += len(damaged)
            totals['duplicates'] += duplicates
            totals['most'] = max(totals['most'], duplicates)
            if (lost or damaged or duplicates > 1) and verbose:
                print('  %s %s at %d: lost %s damaged %s duplicates %d' %
                      (name, mode, at, lost, damaged, duplicates))
        print('%-8s %-7s stops %4d of %d points  lost %d  emptied or cut %d  '
              'duplicates %d (most per stop %d)' %
              (name, mode, totals['points'], points, totals['lost'], totals['damaged'],
               totals['duplicates'], totals['most']))
        sys.stdout.flush()
        bad = bad or totals['lost'] or totals['damaged'] or totals['most'] > 1
    return bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('driver')
    parser.add_argument('shim')
    parser.add_argument('--modes', default=','.join(MODES))
    parser.add_argument('--messages', type=int, default=4)
    parser.add_argument('--every', type=int, default=1)
    parser.add_argument('-v', action='store_true')
    args = parser.parse_args()
    base = tempfile.mkdtemp(prefix='crash-ledger.')
    try:
        rig = Rig(args, base)
        modes = args.modes.split(',')
        bad = phase(rig, 'accept', lambda: None, rig.accept, modes, args.v)
        bad = phase(rig, 'deliver', rig.accept, rig.deliver, modes, args.v) or bad
    finally:
        shutil.rmtree(base, ignore_errors=True)
    sys.exit(1 if bad else 0)


main()
