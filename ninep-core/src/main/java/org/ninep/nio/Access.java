package org.ninep.nio;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import org.ninep.client.OpenFlags;
import org.ninep.client.RemoteFile;
import org.ninep.message.Attr;

/**
 * Whether a file may be used in a way. 9P has no question for that: what can be opened without harm is opened, and for the rest
 * the mode is looked at.
 */
final class Access {
    private final NinepPath path;

    Access(NinepPath path) {
        this.path = path;
    }

    void check(AccessMode... modes) throws IOException {
        try (Located found = path.getFileSystem().locate(path, true)) {
            RemoteFile file = found.require();
            Attr attr = Errors.about(path, file::getattr);
            for (AccessMode mode : modes) {
                switch (mode) {
                    case READ -> check(file, attr, attr.isRegular() || attr.isDirectory(), OpenFlags.RDONLY, 0444);
                    case WRITE -> check(file, attr, attr.isRegular(), OpenFlags.WRONLY, 0222);
                    case EXECUTE -> check(file, attr, false, OpenFlags.RDONLY, 0111);
                }
            }
        }
    }

    private void check(RemoteFile file, Attr attr, boolean canBeOpened, int flags, int bits) throws IOException {
        if (canBeOpened) {
            NinepFileSystemProvider.opened(path, file, flags).close();
        } else if ((attr.mode() & bits) == 0) {
            throw new AccessDeniedException(path.toString(), null,
                    "mode 0" + Integer.toOctalString(attr.mode() & 07777) + " lets nobody do that");
        }
    }
}
