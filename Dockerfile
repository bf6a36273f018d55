# One image for every program of ours: replicas, batcher, courier, search and setup differ
# in their command only.
FROM oven/bun:1.4 AS dependencies
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
# --frozen-lockfile is content with no lock file at all; the COPY above is not.
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM oven/bun:1.4
# By it those that a build leaves behind are found.
LABEL org.opencontainers.image.title=Agora
WORKDIR /app
# Memory is given back once a second, as `inherited` in stack/process/program.ts says.
ENV NODE_ENV=production MIMALLOC_PURGE_DELAY=1000
# A volume begins with what the image has there, its owner too: none of these runs as root.
RUN mkdir /journal /mail /index /tls && chown bun:bun /journal /mail /index /tls
COPY --from=dependencies /app/node_modules node_modules
COPY package.json bunfig.toml tsconfig.json ./
COPY sql sql
COPY public public
COPY texts texts
COPY views views
COPY src src
COPY batcher batcher
COPY courier courier
COPY search search
COPY stack stack
# What starts this image on several servers: deploy/server.sh takes it from here, so that all of it fits
# together.
COPY docker-compose.yml ./
COPY haproxy haproxy
COPY deploy/*.compose.yml deploy/
USER bun
CMD ["bun", "src/main.ts"]
