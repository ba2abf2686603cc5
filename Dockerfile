# The mock partner in a container:
#   docker build -t ocpi-mock . && docker run -p 9000:9000 -e OCPI_MOCK_PUBLIC_URL=http://localhost:9000 ocpi-mock
FROM python:3.11-slim AS build
WORKDIR /build
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.11-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels ocpi-conformance \
    && useradd --create-home --uid 10001 ocpi
USER ocpi
WORKDIR /home/ocpi
EXPOSE 9000
STOPSIGNAL SIGTERM
ENTRYPOINT ["ocpi-conformance"]
CMD ["mock", "--listen", "0.0.0.0:9000"]
