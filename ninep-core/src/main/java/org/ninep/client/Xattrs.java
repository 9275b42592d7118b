package org.ninep.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.ninep.Errno;
import org.ninep.RemoteException;
import org.ninep.codec.Names;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rxattrcreate;
import org.ninep.message.Rmessage.Rxattrwalk;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Txattrcreate;
import org.ninep.message.Tmessage.Txattrwalk;

/** How extended attributes are read and set: each time by a fid of its own, which is given back. */
final class Xattrs {
    private static final int LARGEST = 64 << 10;

    private final Caller caller;
    private final Handle file;
    private final Qid qid;

    Xattrs(Caller caller, Handle file, Qid qid) {
        this.caller = caller;
        this.file = file;
        this.qid = qid;
    }

    private String path(String name) {
        return file.path() + " xattr " + name;
    }

    List<String> names() throws IOException {
        String names = Names.decode(get(""));
        return Arrays.stream(names.split("\0")).filter(name -> !name.isEmpty()).toList();
    }

    byte[] get(String name) throws IOException {
        int newfid = caller.takeFid();
        Txattrwalk request = new Txattrwalk(file.fid(), newfid, name);
        long size = caller.callForFid(file, request, path(name), Rxattrwalk.class, newfid).size();
        Handle attribute = new Handle(newfid, path(name));
        try {
            if (size < 0 || size > LARGEST) {
                throw new RemoteException(Errno.E2BIG,
                        caller.name(attribute) + ": " + Long.toUnsignedString(size) + " bytes");
            }
            ByteBuffer value = ByteBuffer.allocate((int) size);
            new Reads(caller, attribute).fully(value, 0);
            return value.array();
        } finally {
            caller.close(attribute);
        }
    }

    /** Sets it, or removes it if the value has no bytes. The server does so at the clunk, whose answer counts. */
    void set(String name, ByteBuffer value, int flags) throws IOException {
        int size = value.remaining();
        if (size > LARGEST) {
            throw new IllegalArgumentException(
                    caller.name(file) + ": xattr " + name + " of " + size + " bytes, at most " + LARGEST
                            + " are allowed");
        }
        Handle clone = new Walk(caller, file, "").to(qid).handle();
        Handle attribute = new Handle(clone.fid(), path(name));
        Txattrcreate request = new Txattrcreate(attribute.fid(), name, size, flags);
        caller.callOnNewFid(attribute, request, Rxattrcreate.class);
        boolean written = false;
        try {
            if (size > 0) {
                new Writes(caller, attribute).fully(value, 0);
            }
            written = true;
        } finally {
            if (!written) {
                caller.close(attribute);
            }
        }
        caller.callEndingFid(attribute, new Tclunk(attribute.fid()), Rclunk.class);
    }
}
