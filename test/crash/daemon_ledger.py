#!/usr/bin/env python3
"""Crash ledger of the whole daemon: stops one of its processes (or lets one of its file calls
fail) at a place among those counted in a whole run, kills the rest, restarts, drains the queue,
and compares what clients were told with mailbox, sink and bounces.

usage: daemon_ledger.py INSTANCE SENDMAIL SHIM PORT USER (full|sample) MODES
full: every call of a whole run is a stop, in every mode; sample: every place in the program that
makes such a call is a stop, once by a kill and once by an error.
"""
import collections
import glob
import os
import re
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import time

directory, sendmail, shim, port, user = sys.argv[1:6]
port = int(port)
full = sys.argv[6] == 'full'
modes = sys.argv[7].split(',')
MESSAGES = 2
queue = directory + '/mqueue'
mail = directory + '/mail'
sink = directory + '/sink'
state = directory + '/state'
trace = directory + '/trace'


def clear():
    for folder in (queue, mail, sink):
        for name in os.listdir(folder):
            os.unlink(folder + '/' + name)
    with open(state, 'wb') as f:
        f.write(bytes(16))
    os.chmod(state, 0o666)


def start(fault=None):
    environment = dict(os.environ)
    faults = {}
    if fault is not None:
        mode, where = fault
        faults = {'LD_PRELOAD': shim, 'FAULT_DIRS': queue + ':' + mail, 'FAULT_STATE': state,
                  'FAULT_MODE': mode}
        faults['FAULT_AT' if isinstance(where, int) else 'FAULT_SITE'] = str(where)
        if mode == 'count':
            faults['FAULT_TRACE'] = trace
        faults['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '')
    environment.update(faults)
    with open(directory + '/faults', 'w') as f:
        f.writelines("export %s='%s'\n" % item for item in faults.items())
    daemon = subprocess.Popen([sendmail, '-C' + directory + '/sendmail.cf', '-bD', '-q1s'],
                              env=environment, start_new_session=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    for _ in range(400):
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return daemon
        except OSError:
            if daemon.poll() is not None:
                raise SystemExit('FAILED: the daemon ended with %s' % daemon.returncode)
            time.sleep(0.02)
    raise SystemExit('FAILED: the daemon does not listen')


def kill_all(daemon):
    try:
        os.killpg(daemon.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    daemon.wait()
    # Workers and mailers may have left the group.
    time.sleep(0.05)


def body_of(serial):
    return ''.join('line %d of message %d\r\n' % (n, serial) for n in range(30)) + 'END %d\r\n' % serial


def send():
    """Serials that were answered with 250 after the dot."""
    told = set()
    recipients = [user + '@try.test', 'sink@far.test', 'permfail@far.test']
    for serial in range(1, MESSAGES + 1):
        try:
            client = smtplib.SMTP('127.0.0.1', port, timeout=10)
            client.ehlo('client.test')
            refused = client.sendmail(user + '@try.test', recipients,
                                      'Subject: x\r\nX-Serial: %d\r\n\r\n' % serial + body_of(serial))
            if not refused:
                told.add(serial)
            client.quit()
        except (smtplib.SMTPException, OSError):
            pass
    return told


def queued():
    return [n for n in os.listdir(queue) if n[:2] in ('qf', 'hf')]


def wait_empty(seconds):
    end = time.time() + seconds
    while queued() and time.time() < end:
        time.sleep(0.02)
    return not queued()


def activity(session):
    """Processor time of the processes of a session, and whether one of them runs or waits for the disk."""
    ticks = 0
    busy = False
    for path in glob.glob('/proc/[0-9]*/stat'):
        try:
            with open(path, errors='replace') as f:
                fields = f.read().rsplit(') ', 1)[1].split()
        except (OSError, IndexError):
            continue
        if int(fields[3]) == session and fields[0] != 'Z':
            busy = busy or fields[0] in 'RD'
            ticks += 1 + int(fields[11]) + int(fields[12])
    return ticks, busy


def wait_rest(session):
    """Until nothing is delivered any more: what is killed at work is a second stop, and may be delivered again."""
    start_time = time.time()
    before = None
    still_since = start_time
    while queued() and time.time() < start_time + 20:
        now = activity(session)
        if now != before or now[1]:
            still_since = time.time()
        before = now
        if time.time() - max(still_since, start_time + 0.2) >= 0.5:
            return
        time.sleep(0.05)


def messages():
    out = []
    for path in glob.glob(sink + '/*.msg'):
        out.append(('sink', open(path, errors='replace').read()))
    for path in glob.glob(mail + '/' + user):
        text = open(path, errors='replace').read()
        for one in re.split(r'(?m)^From .*\n', text)[1:]:
            out.append(('mail', one))
    return out


def arrived():
    found = collections.Counter()
    damaged = []
    for place, text in messages():
        serial = re.search(r'(?m)^X-Serial: (\d+)', text)
        if serial is None:
            if 'Subject: ' not in text or not text.strip():
                damaged.append(place)
            continue
        number = serial.group(1)
        kind = 'dsn' if 'multipart/report' in text else place
        found[(int(number), kind)] += 1
        if 'END ' + number not in text:
            damaged.append('%s %s' % (kind, number))
    return found, damaged


def one_stop(fault):
    clear()
    daemon = start(fault)
    told = send()
    wait_rest(daemon.pid)
    kill_all(daemon)
    daemon = start()
    drained = wait_empty(20)
    daemon.terminate()
    try:
        daemon.wait(15)
    except subprocess.TimeoutExpired:
        pass
    kill_all(daemon)
    found, damaged = arrived()
    lost = [(serial, kind) for serial in told for kind in ('mail', 'sink', 'dsn')
            if not found[(serial, kind)]]
    duplicates = sum(count - 1 for count in found.values() if count > 1)
    # One stop ends each transaction at most once.
    lost += ['%s came %d times' % (key, count) for key, count in found.items() if count > 2]
    if not drained:
        lost.append('queue not empty: %s' % queued())
    return len(told), lost, damaged, duplicates


def counted():
    """(calls made, times the fault was reached) of the last run."""
    with open(state, 'rb') as f:
        return struct.unpack('=QQ', f.read(16))


def places():
    """Every place a call was made from, in the order of its first call: [(name, hash)]."""
    found = {}
    with open(trace) as f:
        for line in f:
            rest, place = line.rstrip('\n').rsplit(' ', 1)
            _, _, call, path = rest.split(' ', 3)  # the path may end with " (deleted)"
            base = os.path.basename(path)
            kind = base[:2] + '*' if path.startswith(queue + '/') else base
            found.setdefault(place, '%s %s' % (call, kind))
    return [(name, place) for place, name in found.items()]


def run_stops(mode, chosen, totals):
    for name, where in chosen:
        told, lost, damaged, duplicates = one_stop((mode, where))
        # counted() is of the run with the fault: the restarted daemon has no shim.
        totals['reached'] += 1 if counted()[1] else 0
        totals['stops'] += 1
        totals['told'] += told
        totals['lost'] += len(lost)
        totals['damaged'] += len(damaged)
        totals['duplicates'] += duplicates
        if lost or damaged:
            print('  daemon %s at %s (%s): lost %s damaged %s' % (mode, where, name, lost, damaged))


def main():
    open(trace, 'w').close()
    os.chmod(trace, 0o666)
    told, lost, damaged, _ = one_stop(('count', 0))
    points = counted()[0]
    if told != MESSAGES or lost or damaged:
        raise SystemExit('FAILED: without a fault: told %d lost %s damaged %s' %
                         (told, lost, damaged))
    sites = places()
    print('daemon   %d stop points, made from %d places' % (points, len(sites)))
    bad = False
    for mode in modes:
        if full:
            chosen = [('call', at) for at in range(1, points + 1)]
        else:
            # Every place twice: killed before or after the call, and with one of the errors.
            alike = [m for m in modes if m.startswith('E') == mode.startswith('E')]
            chosen = sites[alike.index(mode)::len(alike)]
        totals = collections.Counter()
        run_stops(mode, chosen, totals)
        print('daemon   %-7s stops %3d reached %3d  accepted %d  lost %d  emptied or cut %d  '
              'duplicates %d' % (mode, totals['stops'], totals['reached'], totals['told'],
                                 totals['lost'], totals['damaged'], totals['duplicates']))
        sys.stdout.flush()
        bad = bad or totals['lost'] or totals['damaged'] or totals['reached'] * 2 < totals['stops']
    sys.exit(1 if bad else 0)


main()
