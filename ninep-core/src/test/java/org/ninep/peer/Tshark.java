package org.ninep.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Wireshark's dissector on frames that never went over a network: a capture file with one TCP segment for each. */
public final class Tshark {
    private static final int LINKTYPE_RAW_IP = 101;
    private static final int IP_AND_TCP_BYTES = 40;
    private static final int CLIENT = 0x7f000001;
    private static final int SERVER = 0x7f000002;
    private static final int CLIENT_PORT = 40_000;
    private static final int SERVER_PORT = 564;

    private Tshark() {}

    /**
     * Has each frame dissected.
     *
     * @param directory for the capture file
     * @param frames whole frames of less than 64 KiB; a client's if the type byte is even, else a server's
     * @param fields names of fields, as {@code tshark -G fields} lists them
     * @return for each frame the fields found in it: {@code name=value}, in the order of {@code fields}, with {@code _} for blanks
     *     in the value
     */
    public static List<List<String>> dissect(Path directory, List<ByteBuffer> frames, List<String> fields)
            throws IOException, InterruptedException {
        Path capture = directory.resolve("frames.pcap");
        Path output = directory.resolve("fields.txt");
        Files.write(capture, capture(frames));
        List<String> command = new ArrayList<>(List.of(Peers.require("tshark"), "-n", "-r", capture.toString(), "-o",
                "tcp.check_checksum:false", "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"));
        fields.forEach(field -> command.addAll(List.of("-e", field)));
        Process process = new ProcessBuilder(command).redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("tshark did not end within 60 s");
        }
        if (process.exitValue() != 0) {
            throw new IOException("tshark ended with status " + process.exitValue());
        }
        return Files.readAllLines(output).stream().map(line -> named(line, fields)).toList();
    }

    private static List<String> named(String line, List<String> fields) {
        String[] values = line.split("\t", -1);
        List<String> named = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (!values[i].isEmpty()) {
                named.add(fields.get(i) + "=" + values[i].replaceAll(" +", "_"));
            }
        }
        return named;
    }

    private static byte[] capture(List<ByteBuffer> frames) {
        int bytes = 24 + frames.stream().mapToInt(frame -> 16 + IP_AND_TCP_BYTES + frame.remaining()).sum();
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(1 << 18)
                .putInt(LINKTYPE_RAW_IP);
        int sentByClient = 1;
        int sentByServer = 1;
        for (ByteBuffer frame : frames) {
            int length = IP_AND_TCP_BYTES + frame.remaining();
            out.putInt(1).putInt(0).putInt(length).putInt(length);
            if (frame.get(frame.position() + 4) % 2 == 0) {
                putSegment(out, CLIENT, CLIENT_PORT, SERVER, SERVER_PORT, sentByClient, sentByServer, frame);
                sentByClient += frame.remaining();
            } else {
                putSegment(out, SERVER, SERVER_PORT, CLIENT, CLIENT_PORT, sentByServer, sentByClient, frame);
                sentByServer += frame.remaining();
            }
        }
        return out.array();
    }

    private static void putSegment(ByteBuffer out, int from, int fromPort, int to, int toPort, int sequence, int ack,
            ByteBuffer frame) {
        out.order(ByteOrder.BIG_ENDIAN);
        out.put((byte) 0x45).put((byte) 0).putShort((short) (IP_AND_TCP_BYTES + frame.remaining()));
        out.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0).putInt(from).putInt(to);
        out.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(ack);
        out.putShort((short) 0x5018).putShort((short) 0xffff).putInt(0);
        out.put(frame.duplicate());
    }
}
