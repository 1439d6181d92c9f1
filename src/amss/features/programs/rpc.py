"""The programs' gRPC service, the generator included. Its messages carry the API's field names."""

from amss_proto.amss.v1.program_service_pb2 import DESCRIPTOR

SERVICE = DESCRIPTOR.services_by_name["ProgramService"]
