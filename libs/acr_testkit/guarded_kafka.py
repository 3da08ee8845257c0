"""A broker that knows who asks and allows what an access list allows, beside a way in for the tests."""

import os
import secrets
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest
from pydantic import SecretStr

from acr_localstack.cache import cache_home
from acr_localstack.kafka import running_kafka
from acr_localstack.kafka_properties import Detour
from acr_localstack.ports import LOOPBACK, free_port
from acr_settings.settings import KafkaSettings

# Kafka's own numbers: org.apache.kafka.common.resource.ResourceType and PatternType, and
# org.apache.kafka.common.acl.AclOperation and AclPermissionType.
RESOURCES = {"topic": 2, "group": 3, "cluster": 4}
PATTERNS = {"literal": 3, "prefixed": 4}
OPERATIONS = {
    "Read": 3,
    "Write": 4,
    "Create": 5,
    "Describe": 8,
    "DescribeConfigs": 10,
    "AlterConfigs": 11,
    "IdempotentWrite": 12,
}
ALLOW = 3
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Right:
    """One line of an access list: what a principal may do with what."""

    principal: str
    resource: str
    name: str
    pattern: str
    operation: str


@dataclass(frozen=True, slots=True)
class GuardedKafka:
    """Where the broker is: for those who say who they are, and for the tests, who may do all."""

    guarded: str
    open: str
    password: str

    def settings(self, principal: str) -> KafkaSettings:
        """Reach it as somebody."""
        return KafkaSettings(
            bootstrap_servers=self.guarded,
            security_protocol="SASL_PLAINTEXT",
            sasl_mechanism="PLAIN",
            sasl_username=principal,
            sasl_password=SecretStr(self.password),
        )

    def environ(self, principal: str) -> dict[str, str]:
        """Let a service or a command reach it as somebody."""
        return {
            "ACR_KAFKA_BOOTSTRAP_SERVERS": self.guarded,
            "ACR_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "ACR_KAFKA_SASL_MECHANISM": "PLAIN",
            "ACR_KAFKA_SASL_USERNAME": principal,
            "ACR_KAFKA_SASL_PASSWORD": self.password,
        }


def read_rights(file: Path, registries: Sequence[str]) -> list[Right]:
    """Read an access list as `deploy/kafka/acls.toml` is written, for these registries."""
    listed: dict[str, dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))
    rights = {
        Right(
            service["principal"].format(registry=registry),
            resource,
            entry[resource].format(registry=registry),
            entry.get("pattern", "literal"),
            operation,
        )
        for service in listed.values()
        for entry in service["allow"]
        for resource in RESOURCES.keys() & entry.keys()
        for operation in entry["operations"]
        for registry in registries
    }
    return sorted(rights, key=str)


@contextmanager
def guarded_kafka(data: Path, principals: Sequence[str]) -> Iterator[GuardedKafka]:
    """Run a broker that takes these principals and allows them nothing yet.

    Raises:
        StackError: if it cannot be started.
    """
    port, password = free_port(), secrets.token_urlsafe(16)
    users = "".join(f' user_{name}="{password}"' for name in principals)
    settings = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,DETOUR:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"
        ),
        "listener.name.detour.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.detour.plain.sasl.jaas.config": (
            f"org.apache.kafka.common.security.plain.PlainLoginModule required{users};"
        ),
    }
    with running_kafka(
        cache_home(os.environ),
        data=data,
        report=print,
        quick_start=True,
        extra_settings=settings,
        detours=[Detour(port, port)],
    ) as cluster:
        yield GuardedKafka(f"{LOOPBACK}:{port}", cluster.bootstrap, password)


async def grant(kafka: GuardedKafka, rights: Sequence[Right]) -> None:
    """Allow what an access list allows."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.open)
    await admin.start()
    try:
        for right in rights:
            answer = await admin._send_request(_request(right))
            [(code, message)] = answer.creation_responses
            assert code == 0, (right, code, message)
    finally:
        await admin.close()


def _request(right: Right) -> CreateAclsRequest:
    return CreateAclsRequest(
        RESOURCES[right.resource],
        right.name,
        PATTERNS[right.pattern],
        f"User:{right.principal}",
        ANYWHERE,
        OPERATIONS[right.operation],
        ALLOW,
    )
