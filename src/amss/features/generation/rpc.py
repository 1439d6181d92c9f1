"""The programs' gRPC service, as far as it goes: making tasks of what falls due."""

from amss_proto.amss.v1.program_service_pb2 import DESCRIPTOR

SERVICE = DESCRIPTOR.services_by_name["ProgramService"]
