package org.ninep.nio;

import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * Users and groups as 9P2000.L has them, by number: their names are decimal.
 *
 * <p>
 * Immutable.
 */
final class Users {
    static final UserPrincipalLookupService LOOKUP = new UserPrincipalLookupService() {
        @Override
        public UserPrincipal lookupPrincipalByName(String name) throws IOException {
            return new User(number(name));
        }

        @Override
        public GroupPrincipal lookupPrincipalByGroupName(String group) throws IOException {
            return new Group(number(group));
        }
    };

    private Users() {}

    private static int number(String name) throws UserPrincipalNotFoundException {
        try {
            return Integer.parseUnsignedInt(name);
        } catch (NumberFormatException e) {
            throw new UserPrincipalNotFoundException(name);
        }
    }

    /** @throws java.nio.file.ProviderMismatchException if it is of another file system */
    static int uid(UserPrincipal user) {
        if (user instanceof User ours) {
            return ours.uid();
        }
        throw new java.nio.file.ProviderMismatchException(user + " has no number here; look it up by its number");
    }

    /** @throws java.nio.file.ProviderMismatchException if it is of another file system */
    static int gid(GroupPrincipal group) {
        if (group instanceof Group ours) {
            return ours.gid();
        }
        throw new java.nio.file.ProviderMismatchException(group + " has no number here; look it up by its number");
    }

    /** @param uid unsigned */
    record User(int uid) implements UserPrincipal {
        @Override
        public String getName() {
            return Integer.toUnsignedString(uid);
        }

        @Override
        public String toString() {
            return getName();
        }
    }

    /** @param gid unsigned */
    record Group(int gid) implements GroupPrincipal {
        @Override
        public String getName() {
            return Integer.toUnsignedString(gid);
        }

        @Override
        public String toString() {
            return getName();
        }
    }
}
