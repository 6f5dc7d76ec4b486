// What a queue process leaves behind after its fork from a session or the daemon.
#pragma once

namespace sm {

// Closes every Internet socket and every listening socket of this process (a client's connection
// or a port that must not stay open because of us), and puts /dev/null on descriptors 0 to 2
// where they are not the log. Called in a child, before anything is opened.
void leave_inherited_sockets();

// Only the sockets: for a queue run whose caller looks at its output.
void close_network_sockets();

}  // namespace sm
